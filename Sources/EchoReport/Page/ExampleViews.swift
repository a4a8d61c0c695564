/// Where on the page each recording is drawn: one that is a neighbour of several stands there once,
/// and the others point to it.
struct ExampleViews {
    /// A view, and the id of the element that it is drawn in.
    struct Place {
        let view: ReportExamples.View
        /// The address of its sound.
        let sound: String?
        let element: String
        /// False if it was drawn before.
        let isFirst: Bool
    }

    struct Key: Hashable {
        let id: [UInt8]
        let channel: Int?
    }

    /// For each example its own place and its neighbours'.
    private(set) var places: [(example: Place, neighbours: [Place])] = []
    /// The players' elements, by the clips that they have.
    private(set) var elementOfClip: [Int: String] = [:]
    private var elements: [Key: String] = [:]

    private let clips: [ReportContent.Clip]

    init(_ content: ReportContent) {
        clips = content.clips
        for example in content.examples.examples {
            let own = place(example.view)
            places.append((own, example.neighbours.map { place($0.view) }))
        }
    }

    private mutating func place(_ view: ReportExamples.View) -> Place {
        let key = Key(id: Array(view.recording.id.utf8), channel: view.recording.channel)
        let sound = view.clip.map { clips[$0].address }
        if let element = elements[key] {
            return Place(view: view, sound: sound, element: element, isFirst: false)
        }
        let element = "view-\(elements.count + 1)"
        elements[key] = element
        if let clip = view.clip, elementOfClip[clip] == nil { elementOfClip[clip] = element }
        return Place(view: view, sound: sound, element: element, isFirst: true)
    }
}
