"""What happens to approved money: order, delivery, invoice, payment, verification, refund and reversal."""
