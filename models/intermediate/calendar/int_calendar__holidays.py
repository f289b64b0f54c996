from ecocharge.calendars import holidays_of_feeds
from ecocharge.engines import returned, to_pandas


def model(dbt, session):
    stations = to_pandas(dbt.ref("int_stations__unioned"))
    feed_windows = to_pandas(dbt.ref("int_sessions__feed_windows"))
    return returned(holidays_of_feeds(stations, feed_windows), session)
