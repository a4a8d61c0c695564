import ArgumentParser
import EchoExtract

/// `echo-gpu model`: models of the Hugging Face hub.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Fetches models from the Hugging Face hub, lists and checks them.",
        discussion: """
            A model is ORG/NAME, or ORG/NAME@REVISION with a branch, a tag or a commit; echo-tiny and \
            echo-small are short for yucongzh/echo-tiny-0828 and yucongzh/echo-small-0824. Models \
            are kept in the cache of Python's huggingface_hub, so each program finds what the \
            other fetched. A file is put in its place only if it is whole and has the hash that \
            the hub names. A download that broke off goes on where it stopped.

            Every --model takes ORG/NAME from the cache without asking the hub, and fetches it if \
            it is missing. A local path of that name goes first; hf://ORG/NAME always means the \
            hub.

            EXAMPLES
              echo-gpu model pull echo-tiny
              echo-gpu model pull yucongzh/echo-tiny-0828 --revision main --to my-tiny
              echo-gpu model list
              echo-gpu extract --model yucongzh/echo-tiny-0828 --output out in/

            ENVIRONMENT
              HF_HUB_CACHE    the cache, by default $HF_HOME/hub
              HF_HOME         by default $XDG_CACHE_HOME/huggingface, and that by
                              default ~/.cache/huggingface
              HF_ENDPOINT     the hub, by default https://huggingface.co
              HF_TOKEN        for private and gated models, sent to the hub alone;
                              else the file HF_TOKEN_PATH, by default
                              $HF_HOME/token, which 'hf auth login' writes
              HF_HUB_OFFLINE  1: no request at all, only what the cache has
              HF_HUB_DOWNLOAD_TIMEOUT
                              seconds of less than 1 kB/s before a request is
                              given up, by default 30
              https_proxy, no_proxy
                              the proxy, if one is needed
              SSL_CERT_FILE   certificates to trust in place of the system's
            """,
        subcommands: [ModelPull.self, ModelList.self, ModelVerify.self])

    /// Without a command there is nothing to do.
    func run() throws { throw CommandMissing() }
}

/// `echo-gpu model pull`: a model into the cache.
struct ModelPull: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Fetches a model that the cache lacks, and prints its folder.",
        discussion: """
            Asks the hub whether a branch or tag has changed, fetches only what is missing, and \
            prints the folder on stdout. If the hub does not answer and the cache has the model, \
            it says so and succeeds.

            EXAMPLES
              echo-gpu model pull yucongzh/echo-tiny-0828
              echo-gpu model pull yucongzh/echo-small-0824 --to echo-small
            """)

    @Option(
        help: ArgumentHelp(
            "A branch, a tag or a commit.",
            discussion: "A commit never changes: name one if results must be repeatable.",
            valueName: "revision"))
    var revision: String?

    @Option(
        help: ArgumentHelp(
            "A folder for copies of the files, made if missing; --model takes it too.",
            valueName: "folder"))
    var to: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(
        help: ArgumentHelp(
            "echo-tiny, echo-small, ORG/NAME or ORG/NAME@REVISION.", valueName: "model"))
    var model: String

    @OptionGroup(title: "Messages") var log: LogOptions

    func validate() throws {
        if revision != nil, model.contains("@") {
            throw ValidationError("Give the revision once: as --revision or after '@'.")
        }
    }

    func run() throws {
        try ExitStatus.reporting(log) { () throws(EchoError) in
            let hub = try ModelHub()
            let report = DownloadReport(console: .standard)
            defer { report.end() }
            let logger = ConsoleLogHandler.logger()
            let pulled = try hub.model(
                revision.map { "\(model)@\($0)" } ?? model, asking: .always, progress: report.show)
            for warning in pulled.warnings { logger.warning("\(warning)") }
            if let to { try hub.copy(pulled, to: to) }
            if json {
                try StandardOutput.write(json: pulled, keepsOldSpellings: true)
            } else {
                logger.notice("\(pulled.name), \(pulled.revision) is commit \(pulled.commit)")
                try StandardOutput.write(to ?? pulled.folder)
            }
        }
    }
}

/// `echo-gpu model list`: what the cache has.
struct ModelList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the ECHO models in the cache; uses no network.",
        discussion: """
            A row for each commit; the revisions are the branches and tags that meant it when they \
            were last asked for.
            """)

    @Flag(help: "Also list models of other architectures.")
    var all = false

    @Flag(help: "Print one JSON array.")
    var json = false

    func run() throws {
        try ExitStatus.reporting { () throws(EchoError) in
            let hub = try ModelHub()
            let models = hub.list()
            let listed = all ? models : models.filter { $0.encoder != nil }
            if json {
                try StandardOutput.write(json: listed, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(
                    ModelReport.lines(listed, omitted: models.count - listed.count, of: hub))
            }
        }
    }
}

/// `echo-gpu model verify`: whether the cache can be relied on.
struct ModelVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Computes the hashes of cached models and loads them; asks nobody.",
        discussion: """
            Every file's SHA-256 (git's SHA-1 where the file is small) is compared with the one that \
            the hub gave, and the encoder is loaded. Exits with status 1 where something is wrong.

            EXAMPLES
              echo-gpu model verify
              echo-gpu model verify yucongzh/echo-tiny-0828@main
            """)

    @Flag(help: "Print one JSON array.")
    var json = false

    @Argument(
        help: ArgumentHelp(
            "ORG/NAME or ORG/NAME@REVISION; all ECHO models of the cache where none is given.",
            valueName: "model"))
    var models: [String] = []

    func run() throws {
        var passes = true
        try ExitStatus.reporting { () throws(EchoError) in
            let verified = try ModelHub().verify(models)
            if json {
                try StandardOutput.write(json: verified, keepsOldSpellings: true)
            } else {
                try StandardOutput.write(ModelReport.lines(verified))
            }
            passes = verified.allSatisfy(\.passes)
        }
        if !passes { throw ExitStatus.differs }
    }
}
