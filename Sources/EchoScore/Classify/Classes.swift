import EchoFormats

/// The classes of recordings, numbered in the order of their names.
package struct Classes: Hashable, Sendable {
    package let names: [String]
    private let numbers: [String: Int]

    /// - Parameter labels: Of all recordings, the bank's among them.
    package init(_ labels: some Sequence<String>) {
        names = Set(labels).sorted()
        numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }

    /// Nil for a label that no recording has.
    package func number(of label: String) -> Int? { numbers[label] }

    /// How many recordings each class has, of those with these numbers.
    package func counts(of classes: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: names.count)
        for number in classes { counts[number] += 1 }
        return counts
    }
}

/// How well classes were told.
package struct Classification: Hashable, Sendable {
    package let confusion: ConfusionMatrix
    /// The share found right in each fold, in the order of their numbers; empty if there are no folds.
    package let accuracyByFold: [Double]
    /// Recordings without a label, which no figure counts.
    package let unlabelledCount: Int
    /// Recordings that no neighbour spoke for, since there are none; no figure counts them.
    package let unansweredCount: Int
    /// What a reader should know, a sentence each: classes that cannot be found, votes of fewer than asked for.
    package let notes: [String]

    /// - Parameters:
    ///   - truth: The class of each recording by its number; nil if nobody tells.
    ///   - answers: In the same order.
    ///   - known: How many recordings of each class there are to learn from: of a bank ``Classes/counts(of:)``; where
    ///     a recording itself is left out one less, but none below 0.
    ///   - folds: Of each recording the number of its fold; empty if there are none.
    package init(
        classes: Classes, truth: [Int?], answers: [Classifier.Answer], known: [Int], k: Int,
        folds: [Int] = []
    ) {
        var confusion = ConfusionMatrix(classes: classes.names)
        var byFold: [Int: (right: Int, all: Int)] = [:]
        for (index, (truth, answer)) in zip(truth, answers).enumerated() {
            guard let truth, let found = answer.found else { continue }
            confusion.add(truth: truth, found: found)
            guard !folds.isEmpty else { continue }
            byFold[folds[index], default: (0, 0)].all += 1
            if truth == found { byFold[folds[index], default: (0, 0)].right += 1 }
        }
        self.confusion = confusion
        accuracyByFold = byFold.sorted { $0.key < $1.key }.map {
            Double($0.value.right) / Double($0.value.all)
        }
        unlabelledCount = truth.count { $0 == nil }
        unansweredCount = answers.count { $0.found == nil }
        notes = Self.notes(classes, truth, answers, known, k: k)
    }

    private static func notes(
        _ classes: Classes, _ truth: [Int?], _ answers: [Classifier.Answer], _ known: [Int], k: Int
    ) -> [String] {
        var notes: [String] = []
        for (number, name) in classes.names.enumerated()
        where known[number] == 0 && truth.contains(number) {
            notes.append(
                "Class \(quoted(name)) has no recordings to learn from: none of it can be found.")
        }
        let fewest = answers.map(\.neighbours.count).min() ?? k
        if fewest < k {
            notes.append("There are only \(fewest) neighbours to vote, of the \(k) asked for.")
        }
        return notes
    }
}
