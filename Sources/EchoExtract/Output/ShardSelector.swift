import EchoFormats
import EchoStore

/// Which share of the recordings is a process's own, as the command line says it.
package enum ShardSelector: Hashable, Sendable {
    case exactly(Shard)
    /// As the environment says; `count` if it does not tell the number of shares.
    case automatic(count: Int?)

    /// Reads `I/N`, `auto` or `auto/N`; nil for anything else.
    package init?(_ text: String) {
        if text == "auto" {
            self = .automatic(count: nil)
        } else if text.hasPrefix("auto/") {
            guard let count = Int(text.dropFirst("auto/".count)), count > 0 else { return nil }
            self = .automatic(count: count)
        } else {
            guard let shard = Shard(text) else { return nil }
            self = .exactly(shard)
        }
    }

    /// The number of shares that it names, nil if it leaves that to the environment.
    package var count: Int? {
        switch self {
        case .exactly(let shard): shard.count
        case .automatic(let count): count
        }
    }

    /// The shard, from the variables that batch systems set.
    ///
    /// A task of a Slurm array: `SLURM_ARRAY_TASK_ID`, counted from `_MIN` in steps of `_STEP`, of
    /// `_COUNT`; a task of a Slurm step: `SLURM_PROCID` of `SLURM_NTASKS`; a pod of a Kubernetes
    /// Indexed Job: `JOB_COMPLETION_INDEX`, whose number has to be told.
    ///
    /// - Throws: ``EchoError`` of kind `usage` if the variables do not make a shard.
    package func shard(in environment: [String: String]) throws(EchoError) -> Shard {
        guard case .automatic(let count) = self else {
            if case .exactly(let shard) = self { return shard }
            return .whole
        }
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        let found: (name: String, index: Int, count: Int?)
        if let task = number("SLURM_ARRAY_TASK_ID") {
            let first = number("SLURM_ARRAY_TASK_MIN") ?? 0
            let step = max(1, number("SLURM_ARRAY_TASK_STEP") ?? 1)
            let (distance, overflows) = task.subtractingReportingOverflow(first)
            found = (
                "SLURM_ARRAY_TASK_ID", overflows ? -1 : distance / step,
                number("SLURM_ARRAY_TASK_COUNT")
            )
        } else if let process = number("SLURM_PROCID") {
            found = ("SLURM_PROCID", process, number("SLURM_NTASKS"))
        } else if let index = number("JOB_COMPLETION_INDEX") {
            found = ("JOB_COMPLETION_INDEX", index, nil)
        } else {
            throw EchoError(
                .usage,
                """
                --shard auto: none of SLURM_ARRAY_TASK_ID, SLURM_PROCID and JOB_COMPLETION_INDEX is \
                set. Say which share it is: --shard 0/4.
                """)
        }
        guard let total = count ?? found.count else {
            throw EchoError(
                .usage,
                """
                --shard auto: \(found.name) says which share it is, and nothing says of how many. Give \
                their number: --shard auto/4.
                """)
        }
        guard Shard.counts.contains(total) else {
            throw EchoError(
                .usage, "--shard auto: \(total) shares; there can be \(Shard.counts.inWords).")
        }
        guard 0 <= found.index, found.index < total else {
            throw EchoError(
                .usage,
                """
                --shard auto: \(found.name) makes this share \(found.index) of \(total), counted from \
                0. Give the number of tasks there are: --shard auto/N.
                """)
        }
        return Shard(found.index, of: total)
    }
}
