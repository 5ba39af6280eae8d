"""From a council's audits to results: labels meet arrays here, and nowhere else."""
