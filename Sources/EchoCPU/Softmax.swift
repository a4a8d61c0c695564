/// Replaces the `count` scores of a row by `exp(score - largest)`, divided by their sum.
func softmax(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
    let (whole, rest) = vectorised(count)
    var maxima = SIMD16<Float>(repeating: -.infinity)
    for index in whole {
        let values = row[vector: index]
        maxima.replace(with: values, where: values .> maxima)
    }
    let maximum = rest.reduce(maxima.max()) { max($0, row[$1]) }

    var sums = SIMD16<Float>.zero
    for index in whole {
        let value = exponential(row[vector: index] - maximum)
        row[vector: index] = value
        sums += value
    }
    var sum = sums.sum()
    for index in rest {
        row[index] = exponential(SIMD16(repeating: row[index] - maximum))[0]
        sum += row[index]
    }

    for index in whole { row[vector: index] /= sum }
    for index in rest { row[index] /= sum }
}

/// `exp(x)` for `x <= 0`.
@inline(__always) private func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let log2e: Float = 1.44269504
    let y = x * log2e
    return powerOfTwo(y.replacing(with: -126, where: y .< -126))
}
