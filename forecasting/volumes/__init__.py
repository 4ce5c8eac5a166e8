"""Volumes as they come: tables read and checked, dates on their grid, the history that all else starts from."""
