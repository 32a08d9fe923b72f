"""The verbs of deciding: plans, disbursements and reversals; four eyes, bands, substitutes, the queue."""
