from ecocharge.calendars import public_holidays


def model(dbt, session):
    place_years = dbt.ref("int_calendar__place_years").df()
    return public_holidays(place_years)
