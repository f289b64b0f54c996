"""EcoCharge: raw charger sessions in, trusted charging marts out."""

__version__ = "0.1.0"
