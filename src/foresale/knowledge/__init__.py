"""What people know about the calendar, as data: public holidays, shopping festivals, and the moon they follow."""
