/// Reads Prometheus' text format as strictly as `promtool check metrics` and node_exporter do: names and labels by
/// their grammar, HELP and TYPE once and before the samples, a metric's samples together, no sample twice.
struct PrometheusText {
    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var samples: [Sample] = []
    private var kinds: [String: String] = [:]
    private var helped: Set<String> = []
    private var closed: Set<String> = []
    private var current: String?

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(description: "no line feed at the end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            try read(line)
        }
    }

    /// The value of the only sample of a name with these labels, besides `output` and `shard`.
    func value(_ name: String, _ labels: [String: String] = [:]) throws -> Double? {
        let found = samples.filter { sample in
            let others = sample.labels.filter { !["output", "shard"].contains($0.key) }
            return sample.name == name && others == labels
        }
        guard found.count <= 1 else { throw Malformed(description: "\(name) twice") }
        return found.first?.value
    }

    private mutating func read(_ line: Substring) throws {
        if let match = line.wholeMatch(of: #/# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/#) {
            let (word, name, rest) = (match.1, String(match.2), String(match.3))
            try begin(name)
            if word == "HELP" {
                guard helped.insert(name).inserted else { throw Malformed(description: "\(line)") }
            } else {
                guard kinds[name] == nil, ["gauge", "counter"].contains(rest) else {
                    throw Malformed(description: "\(line)")
                }
                // What promtool asks of names.
                guard (rest == "counter") == name.hasSuffix("_total") else {
                    throw Malformed(description: "\(name) is a \(rest)")
                }
                kinds[name] = rest
            }
            return
        }
        let pattern = #/([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (-?[0-9.]+(?:e[+-][0-9]+)?)/#
        guard let match = line.wholeMatch(of: pattern), let value = Double(match.3) else {
            throw Malformed(description: "no sample: \(line)")
        }
        let name = String(match.1)
        try begin(name)
        guard kinds[name] != nil, helped.contains(name) else {
            throw Malformed(description: "\(name) has no HELP or TYPE before it")
        }
        let sample = Sample(name: name, labels: try Self.labels(match.2), value: value)
        guard !samples.contains(where: { $0.name == name && $0.labels == sample.labels }) else {
            throw Malformed(description: "twice: \(line)")
        }
        samples.append(sample)
    }

    private mutating func begin(_ name: String) throws {
        guard name != current else { return }
        guard closed.insert(name).inserted else {
            throw Malformed(description: "\(name) is in two pieces")
        }
        current = name
    }

    private static func labels(_ text: Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            let pattern = #/^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/#
            guard let match = rest.prefixMatch(of: pattern) else {
                throw Malformed(description: "labels: \(text)")
            }
            var value = ""
            var scalars = match.2.unicodeScalars[...]
            while let scalar = scalars.popFirst() {
                guard scalar == "\\" else {
                    value.unicodeScalars.append(scalar)
                    continue
                }
                let next = scalars.popFirst()
                value += next == "n" ? "\n" : next.map { String($0) } ?? ""
            }
            guard labels.updateValue(value, forKey: String(match.1)) == nil else {
                throw Malformed(description: "a label twice: \(text)")
            }
            rest = rest[match.range.upperBound...]
        }
        return labels
    }
}
