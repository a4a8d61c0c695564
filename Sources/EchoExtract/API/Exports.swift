// What the public face shows of the rooms below, so that `import EchoExtract` alone names all of it. Single
// types, since a room has more that is public to the package alone. Scoped, `@_exported import` gives the
// declaration itself: a typealias would be a second one beside it wherever both modules are imported, and
// DocC would show it without its members (`.ci/docs` asks for those by name).

// Sizes.
@_exported import struct EchoModel.Configuration
@_exported import struct EchoTensor.Shape

// How recordings are read.
@_exported import struct EchoSignal.ArrayOptions
@_exported import struct EchoSignal.CSVOptions
@_exported import enum EchoSignal.ChannelMode
@_exported import struct EchoSignal.RawFormat
@_exported import struct EchoSignal.ReadingOptions

// How embeddings are kept.
@_exported import enum EchoStore.ArrayElement
@_exported import enum EchoStore.ArrayFormat
@_exported import enum EchoStore.FolderLayout
@_exported import struct EchoStore.Shard

// Where messages go: swift-log's, of which a handler of one's own imports `Logging`.
@_exported import struct Logging.Logger
