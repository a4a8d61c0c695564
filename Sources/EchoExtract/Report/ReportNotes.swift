import EchoFormats

/// What a page says of itself.
enum ReportNotes {
    /// What is unusual, a sentence each.
    static func sentences(
        _ source: ReportSource, _ labels: RecordingLabels, _ maps: PointMaps?, _ shelf: SoundShelf
    ) -> [String] {
        var notes: [String] = []
        if source.scan.overview.models.contains(where: { !$0.isTrained }) {
            notes.append(
                "Embeddings of the demonstration model mean nothing: maps and scores neither.")
        }
        if source.scan.kindCount > 1 {
            notes.append(
                "The folder holds embeddings of \(source.scan.kindCount) models or settings, "
                    + "which are not comparable.")
        }
        if source.scan.overview.replacedCount > 0 {
            notes.append(
                "Lines of the manifests that a later try puts right: "
                    + "\(source.scan.overview.replacedCount).")
        }
        if let first = source.scan.firstNote {
            notes.append("Recordings with a note: \(source.scan.noteCount). The first: \(first)")
        }
        if let first = labels.firstContradiction {
            notes.append(
                "Recordings without a group, as their names and lists contradict each other: "
                    + "\(labels.contradictionCount). The first: \(first)")
        }
        if let maps, maps.notFiniteCount > 0 {
            notes.append(
                "Rows with values that are not finite, which are on no map: \(maps.notFiniteCount)."
            )
        }
        if !shelf.missing.isEmpty {
            notes.append(
                "Recordings that are gone or cannot be read, and so have no picture or sound here: "
                    + "\(shelf.missing.count). The first: \(shelf.firstProblem ?? "")")
        }
        if shelf.leftOutCount > 0 {
            notes.append(
                "The page is full. Pictures and sounds that are left out: \(shelf.leftOutCount). Shorter "
                    + "sounds (--clip-seconds) or fewer recordings (--oddest) have room.")
        }
        return notes + self.scores(source)
    }

    private static func scores(_ source: ReportSource) -> [String] {
        guard let scores = source.scores else { return [] }
        var notes = scores.summary.metrics.warnings
        if scores.scan.notFiniteCount > 0 {
            notes.append(
                "Scores that are not finite numbers, which are left out: \(scores.scan.notFiniteCount)."
            )
        }
        if scores.scan.groups.count > ScorePanels.groupLimit {
            notes.append(
                "Of \(scores.scan.groups.count) groups \(ScorePanels.groupLimit) have drawings of their own: "
                    + "those that leave their band, and those with the most recordings above their threshold."
            )
        }
        return notes
    }

    /// How the recordings below the map were chosen and what was cut, a sentence each.
    static func remarks(_ source: ReportSource, _ options: ReportOptions, count: Int) -> [String] {
        var remarks: [String] = []
        if let scores = source.scores {
            let order =
                scores.scan.groups.values.contains { $0.hasThreshold }
                ? "by how many times the threshold of its group a score is" : "by score"
            remarks.append("The \(count) oddest of \(scores.scan.count) scores, \(order).")
            remarks.append(
                "Both pictures of a pair have the same colours, and both sounds the same loudness where "
                    + "that is possible; one that stands further up is shown as it is there.")
        } else {
            remarks.append(
                "\(count.counted("recording")), as far apart in the manifests as can be. With --scores the page "
                    + "shows the oddest.")
        }
        let seconds = options.clipSeconds.formatted(significantDigits: 4)
        remarks.append(
            "Pictures show at most the first \(seconds) s of what was embedded"
                + (options.linksAudio
                    ? "; sounds are the whole files, beside this page."
                    : ", and sounds are as long."))
        return remarks
    }
}
