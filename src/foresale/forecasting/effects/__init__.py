"""What festivals, dates, promotions and prices did to sales: taken out of history, put back over the horizon."""
