from ecocharge.calendars import holidays_of_feeds


def model(dbt, session):
    stations = dbt.ref("int_stations__unioned").df()
    feed_windows = dbt.ref("int_sessions__feed_windows").df()
    return holidays_of_feeds(stations, feed_windows)
