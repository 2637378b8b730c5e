"""Which items go with an item: bought by the same customers, told by the others, or called alike."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from foresale.core.arrays import Index, Numbers
from foresale.recommending.visits import Visits

_SHRINK: Final = 5.0
"""Buyers that two items have to share beyond chance, as it were, before they are believed to go together."""
_LARGEST_BASKET: Final = 100
"""Items of a visit above which it tells nothing of what goes together."""
_BLOCK: Final = 2_000  # items whose neighbours are looked for at a time
_LEAST_ALIKE: Final = 0.15  # cosine of names below which a word in common says nothing
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_EASE_ITEMS: Final = 2_000
"""Items that EASE is solved for, the most bought: its cost grows with the cube of them."""
_EASE_PENALTY: Final = 300.0


def bought_together(visits: Visits, *, most: int, most_items: int) -> sparse.csr_matrix:
    """[N, N] cosine of the buyers of two items (Sarwar et al. 2001, WWW), shrunk, the largest of each item.

    Args:
        visits: what was bought.
        most: neighbours that an item keeps.
        most_items: items of a customer that count, the last he came to.
    """
    return _cosine(_latest(visits, most_items), most=most)


def _cosine(bought: sparse.csr_matrix, *, most: int) -> sparse.csr_matrix:
    """[N, N] cosine of columns of ones, shrunk, the largest of each row."""
    count = np.asarray(bought.sum(axis=0)).ravel()
    transposed = bought.T.tocsr()
    parts = []
    for first in range(0, bought.shape[1], _BLOCK):
        shared = (transposed[first : first + _BLOCK] @ bought).tocsr()
        rows = first + np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
        shared.data = shared.data / (np.sqrt(count[rows] * count[shared.indices]) + _SHRINK)
        shared.data[rows == shared.indices] = 0
        parts.append(largest(shared, most))
    return sparse.vstack(parts, format="csr") if parts else sparse.csr_matrix((0, 0))


def in_one_basket(visits: Visits, *, most: int) -> sparse.csr_matrix:
    """[N, N] cosine of the visits on which two items were bought, shrunk, the largest of each item."""
    visit = visits.customer * (1 << 32) + visits.day
    _, basket = np.unique(visit, return_inverse=True)
    size = np.bincount(basket)
    kept = size[basket] <= _LARGEST_BASKET
    shape = (len(size), visits.shape[1])
    bought = sparse.csr_matrix((np.ones(int(kept.sum())), (basket[kept], visits.item[kept])), shape=shape)
    return _cosine(bought, most=most)


def _latest(visits: Visits, most_items: int) -> sparse.csr_matrix:
    """[C, N] 1 for the items of each customer, of many only those he came to last."""
    begins = visits.begins
    if not len(begins):
        return sparse.csr_matrix(visits.shape)
    last = np.maximum.reduceat(visits.day, begins)
    customer, item = visits.customer[begins], visits.item[begins]
    order = np.lexsort((item, -last, customer))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(customer, customer[order])
    kept = place < most_items
    data = np.ones(int(kept.sum()))
    pointers = np.searchsorted(customer[kept], np.arange(visits.shape[0] + 1))
    return sparse.csr_matrix((data, item[kept].astype(np.int32), pointers), shape=visits.shape)


def largest(matrix: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """The largest values of each row, and no zeros.

    >>> largest(sparse.csr_matrix([[1.0, 3.0, 2.0], [0.0, 0.0, 5.0]]), 2).toarray().tolist()
    [[0.0, 3.0, 2.0], [0.0, 0.0, 5.0]]
    """
    for row in np.flatnonzero(np.diff(matrix.indptr) > most):
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        values[np.argpartition(-values, most)[most:]] = 0
    matrix.eliminate_zeros()
    return matrix


def called_alike(names: Sequence[str | None], *, most: int) -> sparse.csr_matrix:
    """[N, N] cosine of the words of names, each weighted by how rare it is (tf-idf), the largest of each item.

    >>> alike = called_alike(["red mug", "red mug, large", "green tea"], most=5).toarray()
    >>> bool(alike[0, 1] > 0.1), float(alike[0, 2])
    (True, 0.0)
    """
    rows, columns, words = [], [], dict[str, int]()
    for row, name in enumerate(names):
        for word in sorted(set(_WORD.findall((name or "").casefold()))):
            rows.append(row)
            columns.append(words.setdefault(word, len(words)))
    if not words:
        return sparse.csr_matrix((len(names), len(names)))
    shape = (len(names), len(words))
    told = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    rare = np.log(len(names) / np.asarray(told.sum(axis=0)).ravel())
    told = told @ sparse.diags(rare)
    length = np.sqrt(np.asarray(told.multiply(told).sum(axis=1)).ravel())
    told = (sparse.diags(1 / np.maximum(length, 1e-9)) @ told).tocsr()
    transposed, parts = told.T.tocsr(), []
    for first in range(0, len(names), _BLOCK):
        alike = (told[first : first + _BLOCK] @ transposed).tocsr()
        rows_of = first + np.repeat(np.arange(alike.shape[0]), np.diff(alike.indptr))
        alike.data[(rows_of == alike.indices) | (alike.data < _LEAST_ALIKE)] = 0
        parts.append(largest(alike, most))
    return sparse.vstack(parts, format="csr")


def ease(bought: sparse.csr_matrix) -> tuple[Index, Numbers]:
    """The items that EASE knows, and [k, k] how each speaks for each (Steck 2019, WWW, equation 8)."""
    count = np.asarray(bought.sum(axis=0)).ravel()
    items = np.sort(np.argsort(-count, kind="stable")[:_EASE_ITEMS])
    chosen = bought[:, items]
    gram = np.asarray((chosen.T @ chosen).todense(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += _EASE_PENALTY
    factor, _ = lapack.spotrf(gram, lower=1, overwrite_a=1)
    half, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    inverse = np.tril(half) + np.tril(half, -1).T
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return items, weights
