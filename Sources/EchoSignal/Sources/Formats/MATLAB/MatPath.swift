import EchoFormats
import Glibc

/// The way to values in a MATLAB file, as MATLAB writes it: `bearing.gs`, `Y(7).Data`, `Y{3}`.
///
/// Names may have `*` and `?`, an index may be `*`, and a struct or cell without an index stands for all
/// of its elements.
struct MatPath {
    /// A value, and the path that leads to it alone.
    struct Place {
        let path: String
        let value: any MatValue
    }

    private enum Step: Hashable {
        case name(String)
        /// Indices from 1; nil for all elements.
        case index([Int]?)
    }

    private let steps: [Step]
    /// How deep values may lie in one another, and how many are visited.
    private static let depthLimit = 64
    private static let visitLimit = 100_000

    /// - Returns: nil if it is no such path.
    init?(_ text: String) {
        var (steps, rest) = ([Step](), Substring(text))
        while let first = rest.first {
            if first == "(" || first == "{", !steps.isEmpty {
                guard let close = rest.firstIndex(of: first == "(" ? ")" : "}"),
                    let index = Self.index(rest[rest.index(after: rest.startIndex)..<close])
                else { return nil }
                steps.append(index)
                rest = rest[rest.index(after: close)...]
            } else {
                if !steps.isEmpty {
                    guard first == "." else { return nil }
                    rest.removeFirst()
                }
                let name = rest.prefix { !".({".contains($0) }
                guard !name.isEmpty else { return nil }
                steps.append(.name(String(name)))
                rest = rest[name.endIndex...]
            }
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    private static func index(_ text: Substring) -> Step? {
        if text == "*" { return .index(nil) }
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        let indices = fields.compactMap { Int($0.trimmed) }
        guard indices.count == fields.count, indices.allSatisfy({ $0 >= 1 }) else { return nil }
        return .index(indices)
    }

    /// Every value that it leads to, in the order of the file.
    ///
    /// - Throws: ``SignalError`` if the file does not hold what it says, or has too much.
    func values(
        in variables: [Place], _ content: SignalContent
    ) throws(SignalError) -> [Place] {
        var walk = Walk(steps: steps, content: content)
        guard case .name(let pattern) = steps[0] else { return [] }
        for variable in variables where Self.matches(variable.path, pattern) {
            try walk.go(from: variable, step: 1, depth: 0)
        }
        return walk.found
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        name == pattern || fnmatch(pattern, name, 0) == 0
    }

    /// The search for what a path leads to.
    private struct Walk {
        let steps: [Step]
        let content: SignalContent
        var found: [Place] = []
        private var visitCount = 0

        init(steps: [Step], content: SignalContent) {
            (self.steps, self.content) = (steps, content)
        }

        mutating func go(from place: Place, step: Int, depth: Int) throws(SignalError) {
            visitCount += 1
            guard visitCount <= visitLimit, depth <= depthLimit else {
                throw content.error(
                    .malformed(
                        format: "a .mat file",
                        "beyond \(visitLimit) values, \(depthLimit) deep, nothing is looked for"))
            }
            guard step < steps.count else {
                found.append(place)
                return
            }
            let value = place.value
            switch (steps[step], value.kind) {
            case (.index(let indices), .cell):
                for element in elements(indices, of: value) {
                    try go(from: member(of: place, 0, element), step: step + 1, depth: depth + 1)
                }
            case (.name, .cell):
                for element in elements(nil, of: value) {
                    try go(from: member(of: place, 0, element), step: step, depth: depth + 1)
                }
            case (.index(let indices), .structure):
                try enter(place, elements(indices, of: value), step: step + 1, depth: depth)
            case (.name, .structure):
                try enter(place, elements(nil, of: value), step: step, depth: depth)
            case (.index, .numbers), (.name, .numbers), (_, .other): return
            }
        }

        /// Goes on with the field that the step names.
        private mutating func enter(
            _ place: Place, _ elements: Range<Int>, step: Int, depth: Int
        ) throws(SignalError) {
            guard step < steps.count, case .name(let pattern) = steps[step] else { return }
            let names = place.value.fields.enumerated().filter { matches($0.element, pattern) }
            for element in elements {
                for (field, _) in names {
                    let member = try member(of: place, field, element)
                    try go(from: member, step: step + 1, depth: depth + 1)
                }
            }
        }

        /// The elements that indices choose: of a matrix one number for each extent, or one that counts on.
        private func elements(_ indices: [Int]?, of value: any MatValue) -> Range<Int> {
            let count = value.elementCount
            guard let indices else { return 0..<count }
            if indices.count == 1 {
                return indices[0] <= count ? indices[0] - 1..<indices[0] : 0..<0
            }
            guard indices.count == value.dimensions.count else { return 0..<0 }
            var (place, stride) = (0, 1)
            for (index, extent) in zip(indices, value.dimensions) {
                guard index <= extent else { return 0..<0 }
                place += (index - 1) * stride
                stride *= extent
            }
            return place..<place + 1
        }

        private func member(
            of place: Place, _ field: Int, _ element: Int
        ) throws(SignalError) -> Place {
            Place(
                path: MatPath.path(of: place, field: field, element: element),
                value: try place.value.member(field: field, element: element))
        }
    }

    /// The path of a member: `x.a`, `x(2).a` if there are several elements, `x{2}`.
    static func path(of place: Place, field: Int, element: Int) -> String {
        if case .cell = place.value.kind { return "\(place.path){\(element + 1)}" }
        let index = place.value.elementCount == 1 ? "" : "(\(element + 1))"
        return "\(place.path)\(index).\(place.value.fields[field])"
    }
}
