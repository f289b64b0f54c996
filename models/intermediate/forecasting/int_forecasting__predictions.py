from ecocharge.forecasting.issue import issue_forecasts


def model(dbt, session):
    features = dbt.ref("int_forecasting__features").df()
    unknown_energy = dbt.ref("int_forecasting__unknown_energy").df()
    issued = dbt.ref("int_forecasting__previously_issued").df()
    return issue_forecasts(features, unknown_energy, issued)
