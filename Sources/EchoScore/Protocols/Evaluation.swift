import EchoFormats

/// What scores are worth against the truth: figures of each group, and their means.
package struct Evaluation: Hashable, Sendable {
    /// AUC before partial AUC; each in the order of the groups' values.
    package let figures: [GroupFigure]
    /// By set (development, evaluation) and machine, where recordings have these fields.
    package let machines: [Part]
    /// By set, where recordings have this field.
    package let sets: [Part]
    /// Over all groups that the rules count; its members are nil if there are none.
    package let year: MeanFigures
    /// Recordings of sets that nobody labelled, and that no figure counts; by the set's name, empty if
    /// recordings have none.
    package let unlabelled: [String: Int]

    package struct Part: Hashable, Sendable {
        package let group: GroupKey
        package let means: MeanFigures
    }

    /// Compares scores with the truth.
    ///
    /// A set (the field `set`) in which no recording has a label is left out and counted; one in which some have and
    /// others have not is an error.
    package init(of clips: [ScoredClip], by rule: FigureRule) throws(EvaluationError) {
        let (labelled, unlabelled) = try Self.labelled(clips)
        var figures: [GroupFigure] = []
        for kind in [GroupFigure.Kind.auc, .partialAUC] {
            figures += try Self.figures(kind, of: labelled, by: rule)
        }
        self.figures = figures
        self.unlabelled = unlabelled
        machines = Self.parts([FieldName.set, FieldName.machine], of: figures, rule.mean)
            .filter { $0.group[FieldName.machine] != nil }
        sets = Self.parts([FieldName.set], of: figures, rule.mean)
            .filter { $0.group[FieldName.set] != nil }
        year = MeanFigures(
            figures.filter { figure in
                rule.year == .all || figure.group[FieldName.set] ?? "evaluation" == "evaluation"
            }, rule.mean)
    }

    private static func labelled(
        _ clips: [ScoredClip]
    ) throws(EvaluationError) -> ([ScoredClip], [String: Int]) {
        var unlabelled: [String: Int] = [:]
        for clip in clips where clip.isAnomalous == nil {
            unlabelled[clip.fields[FieldName.set] ?? "", default: 0] += 1
        }
        let labelled = clips.filter { $0.isAnomalous != nil }
        if let with = labelled.first(where: { unlabelled[$0.fields[FieldName.set] ?? ""] != nil }),
            let without = clips.first(where: { clip in
                clip.isAnomalous == nil && clip.fields[FieldName.set] == with.fields[FieldName.set]
            })
        {
            let count = unlabelled[with.fields[FieldName.set] ?? ""] ?? 0
            throw .partlyLabelled(with: with.id, without: without.id, count: count)
        }
        return (labelled, unlabelled)
    }

    private static func figures(
        _ kind: GroupFigure.Kind, of clips: [ScoredClip], by rule: FigureRule
    ) throws(EvaluationError) -> [GroupFigure] {
        var figures: [GroupFigure] = []
        for (group, members) in try groups(kind, of: clips, by: rule) {
            let anomalous = members.map { $0.isAnomalous == true }
            let count = anomalous.count { $0 }
            var value = 0.0
            do {
                let ranking = try Ranking(scores: members.map(\.score), isAnomalous: anomalous)
                value = kind == .auc ? ranking.auc : ranking.partialAUC(upTo: rule.limit)
            } catch {
                if case .notFinite(let index) = error { throw .notFinite(id: members[index].id) }
                guard rule.oneClass == .zero else { throw .group(group.name, error) }
            }
            figures.append(
                GroupFigure(
                    kind: kind, group: group, normalCount: members.count - count,
                    anomalousCount: count, value: value))
        }
        return figures
    }

    /// The recordings of each group, in the order of the groups' values.
    private static func groups(
        _ kind: GroupFigure.Kind, of clips: [ScoredClip], by rule: FigureRule
    ) throws(EvaluationError) -> [(GroupKey, [ScoredClip])] {
        let names = kind == .auc ? rule.aucFields : rule.partialAUCFields
        var groups: [GroupKey: [ScoredClip]] = [:]
        // Anomalous recordings that count for every value of the pooled field, by the other fields.
        var pooled: [GroupKey: [ScoredClip]] = [:]
        for clip in clips {
            let key: GroupKey
            do {
                key = try GroupKey(
                    names, optional: rule.optionalFields, of: clip.fields, id: clip.id)
            } catch { throw .field(error) }
            guard let field = rule.pooledField, names.contains(field), clip.isAnomalous == true
            else {
                groups[key, default: []].append(clip)
                continue
            }
            // Its own group is there even if none of it is normal, and is refused then.
            groups[key, default: []] += []
            pooled[key.without(field), default: []].append(clip)
        }
        if let field = rule.pooledField, names.contains(field) {
            for key in groups.keys { groups[key, default: []] += pooled[key.without(field)] ?? [] }
        }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func parts(_ names: [String], of figures: [GroupFigure], _ mean: Mean) -> [Part]
    {
        Dictionary(grouping: figures) { $0.group.only(names) }
            .map { Part(group: $0.key, means: MeanFigures($0.value, mean)) }
            .sorted { $0.group < $1.group }
    }
}

/// Why recordings give no figures.
package enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A group, by its name, whose recordings have one class or none.
    case group(String, RankingError)
    case notFinite(id: String)
    case field(FieldError)
    /// A recording with a label, one of the same set without, and how many of these there are.
    case partlyLabelled(with: String, without: String, count: Int)

    package var description: String {
        switch self {
        case .group(let name, let error):
            (name.isEmpty ? error.description : "group \(shown(name)): \(error)")
                + ". Add recordings of both labels, or leave --labels out."
        case .notFinite(let id):
            "\(shown(id)): its score is not a finite number. Look at its embedding with "
                + "'echo-gpu inspect'."
        case .field(let error): error.description
        case .partlyLabelled(let with, let without, let count):
            "\(shown(with)) has a label, and \(count.counted("recording")) of the same set without one; the first is "
                + "\(shown(without)). Give their labels too, or take those that have one alone: "
                + "--test-where FIELD=VALUE for each label."
        }
    }
}
