"""The calendar: feasts and where they fall, in any year: public holidays, shopping festivals, the moon they follow."""
