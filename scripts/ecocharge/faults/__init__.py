"""Faults put into clean sessions on purpose, and a score of the cleaning that has to find them.

Everything here works on tables in memory and knows neither the command line nor dbt.
"""
