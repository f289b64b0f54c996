from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.stored import stored_forecasts


def model(dbt, session):
    features = dbt.ref("int_forecasting__features").df()
    unknown_energy = dbt.ref("int_forecasting__unknown_energy").df()
    issued = stored_forecasts(session, features["series_id"].unique())
    return issue_forecasts(features, unknown_energy, issued)
