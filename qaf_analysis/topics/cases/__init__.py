"""Cases to discuss: audits that two people read and graded clearly apart."""
