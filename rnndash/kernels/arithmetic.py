"""Arithmetic on a row of numbers at a time, which the kernels are made of."""

import numpy as np

from rnndash.kernels.arrays import Float32Matrix, Float32Vector


def tanh(x: np.float32) -> np.float32:
    """Tanh as a ratio of polynomials, within 3e-7; unlike a library's, it can be vectorised.

    The coefficients are those of Eigen's `ptanh`.
    """
    limit = np.float32(7.90531110763549805)
    x = -limit if x < -limit else x
    x = limit if x > limit else x
    s = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


def tanh_all(row: Float32Vector) -> None:
    for j in range(len(row)):
        row[j] = tanh(row[j])


def sigmoid_all(row: Float32Vector) -> None:
    half = np.float32(0.5)
    for j in range(len(row)):
        row[j] = half * tanh(half * row[j]) + half


def copy_all(row: Float32Vector, other: Float32Vector) -> None:
    for j in range(len(row)):
        row[j] = other[j]


def add_all(row: Float32Vector, other: Float32Vector) -> None:
    for j in range(len(row)):
        row[j] += other[j]


def add_multiple(row: Float32Vector, other: Float32Vector, factor: np.float32) -> None:
    for j in range(len(row)):
        row[j] += factor * other[j]


def divide_all(row: Float32Vector, divisor: np.float32) -> None:
    for j in range(len(row)):
        row[j] /= divisor


def multiply_all(row: Float32Vector, other: Float32Vector) -> None:
    for j in range(len(row)):
        row[j] *= other[j]


def add_product(a: Float32Matrix, w: Float32Matrix, out: Float32Matrix, rows: int) -> None:
    """Add the product of `(B, K)` and `(K, J)` to `(B, J)`, in the first rows alone.

    Eight rows of `w` at a time, so that a sum is loaded and stored once for eight products.
    """
    inner, width = w.shape
    whole = inner - inner % 8
    for k in range(0, whole, 8):
        for n in range(rows):
            row = out[n]
            a0, a1, a2, a3 = a[n, k], a[n, k + 1], a[n, k + 2], a[n, k + 3]
            a4, a5, a6, a7 = a[n, k + 4], a[n, k + 5], a[n, k + 6], a[n, k + 7]
            for j in range(width):
                low = a0 * w[k, j] + a1 * w[k + 1, j] + a2 * w[k + 2, j] + a3 * w[k + 3, j]
                high = a4 * w[k + 4, j] + a5 * w[k + 5, j] + a6 * w[k + 6, j] + a7 * w[k + 7, j]
                row[j] += low + high
    for k in range(whole, inner):
        for n in range(rows):
            row, a0 = out[n], a[n, k]
            for j in range(width):
                row[j] += a0 * w[k, j]
