/// What a MATLAB file holds, as messages list it: the path, extents and class of every value, so that a
/// path can be copied into `--mat-key`.
struct MatListing {
    private var entries: [String] = []
    private var isCut = false

    private static let limit = 40
    private static let depthLimit = 4

    init(_ variables: [MatPath.Place]) {
        for variable in variables { add(variable, depth: 0) }
    }

    var text: String {
        entries.isEmpty ? "none" : entries.joined(separator: ", ") + (isCut ? ", …" : "")
    }

    private mutating func add(_ place: MatPath.Place, depth: Int) {
        guard entries.count < Self.limit else {
            isCut = true
            return
        }
        let value = place.value
        let (fieldCount, elementCount) = (value.fields.count, value.elementCount)
        guard fieldCount > 0, elementCount > 0, depth < Self.depthLimit else {
            entries.append(value.description(place.path))
            return
        }
        var isFirst = true
        for element in 0..<min(elementCount, Self.limit) {
            for field in 0..<fieldCount {
                guard !isCut else { return }
                let member: any MatValue
                do throws(SignalError) {
                    member = try value.member(field: field, element: element)
                } catch {
                    // What it claims to hold is not there.
                    if isFirst { entries.append(value.description(place.path)) }
                    return
                }
                isFirst = false
                add(
                    MatPath.Place(
                        path: MatPath.path(of: place, field: field, element: element),
                        value: member), depth: depth + 1)
            }
        }
    }
}
