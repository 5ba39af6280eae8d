"""A contrast of cell means: closed form against the matrices of Bell and McCaffrey."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, stats

from qaf_analysis.stats.process.stratified_agreement import cell_contrast
from qaf_analysis.terms.errors import ShapeError


def by_matrices(values, cell, weight, cluster):
    """CR2 variance and Satterthwaite degrees of freedom, written out with n x n matrices."""
    design = (cell[:, None] == np.arange(len(weight))).astype(float)
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    rest = values - hat @ values
    leave = np.eye(len(values)) - hat
    variance, columns = 0.0, []
    for name in np.unique(cluster):
        own = np.flatnonzero(cluster == name)
        root = linalg.sqrtm(np.linalg.pinv(leave[np.ix_(own, own)], hermitian=True)).real
        on_values = root @ design[own] @ bread @ weight
        variance += float(on_values @ rest[own]) ** 2
        columns.append(leave[:, own] @ on_values)
    products = np.array(columns) @ np.array(columns).T
    return variance, np.trace(products) ** 2 / (products**2).sum()


@pytest.mark.parametrize("seed", range(6))
def test_equals_the_matrices(seed):
    rng = np.random.default_rng(seed)
    n, cells = 60, 2 + 2 * (seed % 3)
    cell = np.concatenate([np.arange(cells), rng.integers(0, cells, n - cells)])
    cluster = rng.integers(0, 9, n)
    cluster[cell == 0] = rng.integers(0, 4, (cell == 0).sum())  # some auditors in one cell only
    weight = rng.normal(size=cells)
    values = rng.normal(size=n) + rng.normal(size=9)[cluster]
    found = cell_contrast(values, cell=cell, weight=weight, cluster=cluster)
    variance, df = by_matrices(values, cell, weight, cluster)
    assert found.variance == pytest.approx(variance, rel=1e-9)
    assert found.df == pytest.approx(df, rel=1e-9)


def test_one_value_each_is_welch():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=12), rng.normal(1, 3, size=20)
    found = cell_contrast(
        np.concatenate([first, second]),
        cell=np.repeat([0, 1], [12, 20]),
        weight=np.array([-1.0, 1.0]),
        cluster=np.arange(32),
    )
    theirs = stats.ttest_ind(second, first, equal_var=False)
    assert found.value / np.sqrt(found.variance) == pytest.approx(theirs.statistic, rel=1e-12)


def test_a_cell_without_weight_changes_nothing():
    rng = np.random.default_rng(2)
    values, cell, cluster = rng.normal(size=40), rng.integers(0, 3, 40), rng.integers(0, 8, 40)
    whole = cell_contrast(values, cell=cell, weight=np.array([-1.0, 1.0, 0.0]), cluster=cluster)
    kept = cell < 2
    part = cell_contrast(
        values[kept], cell=cell[kept], weight=np.array([-1.0, 1.0]), cluster=cluster[kept]
    )
    assert whole == pytest.approx(part, rel=1e-12)


def test_one_auditor_gives_no_variance():
    found = cell_contrast(
        np.arange(4.0), cell=np.array([0, 0, 1, 1]), weight=np.array([-1.0, 1.0]),
        cluster=np.zeros(4, dtype=int),
    )  # fmt: skip
    assert found.value == 2.0
    assert np.isnan(found.variance)


def test_an_empty_cell_with_a_weight_is_refused():
    with pytest.raises(ShapeError, match="no value"):
        cell_contrast(
            np.arange(2.0), cell=np.zeros(2, dtype=int), weight=np.array([-1.0, 1.0]),
            cluster=np.arange(2),
        )  # fmt: skip
