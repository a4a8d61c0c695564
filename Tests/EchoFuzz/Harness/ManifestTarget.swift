import EchoInvariant
import EchoSignal

/// Lists of inputs: JSON Lines, CSV and plain paths, told by their ending and by their first line.
enum ManifestTarget: FuzzTarget {
    private static let names = ["list", "list.jsonl", "list.csv"]
    private static let file = InputFile(names: names)

    static func read(_ bytes: UnsafeRawBufferPointer) {
        file.fill(bytes)
        for name in names {
            do throws(InputError) {
                let list = try InputDiscovery(InputSelection(manifest: file.path(name)))
                for input in list.inputs {
                    // Outputs are called by names: none may climb out of its folder.
                    invariant(
                        !input.name.split(separator: "/").contains(".."), "\(input.name) climbs")
                    invariant(!input.fields.text.contains("\n"), "fields take two lines")
                }
            } catch {
                invariant(!error.description.isEmpty, "an error that says nothing")
            }
        }
    }
}
