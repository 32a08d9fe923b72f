"""The way home: counselling, return application, eligibility, travel papers, journey, arrival, first contact."""
