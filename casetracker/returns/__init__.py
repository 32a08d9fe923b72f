"""The way home: counselling, return application, eligibility, travel papers, journey, first contact."""
