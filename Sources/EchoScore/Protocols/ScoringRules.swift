/// How recordings are scored and judged: the user's own groups, SIREN's, or the DCASE challenge's.
package struct ScoringRules: Hashable, Sendable {
    package let bank: BankRule
    package let figures: FigureRule
    /// Nil for the user's own.
    package let challenge: Challenge?

    package struct Challenge: Hashable, Sendable {
        package let rules: Rules
        package let year: Int
    }

    package enum Rules: String, CaseIterable, Sendable {
        /// What SIREN computes (github.com/yucongzh/SIREN, commit f9fa43e).
        case siren
        /// What the official evaluators compute.
        case dcase
    }

    /// Groups by fields that the user names.
    ///
    /// - Parameters:
    ///   - fields: Those whose values a test recording and its bank share, and recordings of one figure.
    ///   - domain: Divides the bank, and the groups of figures.
    package init(groupBy fields: [String], domain: String?) {
        bank = BankRule(fields: fields, domain: domain)
        let groups = fields + [domain].compactMap(\.self)
        figures = FigureRule(aucFields: groups, partialAUCFields: groups)
        challenge = nil
    }

    package static let years = 2020...2025

    /// The rules of a year of the DCASE challenge, task 2.
    ///
    /// The score is the distance to the bank of normal training clips of the same machine and section (in 2020: id);
    /// from 2021 on the smaller one of those to the source's and to the target's. That is SIREN's
    /// (`dcase_memory_bank.py`, lines 153 to 344); the challenge leaves scores to its participants, and `dcase`
    /// uses it too.
    ///
    /// | year | groups of AUC | groups of pAUC | mean |
    /// | --- | --- | --- | --- |
    /// | 2020 | machine, id | machine, id | arithmetic |
    /// | 2021 | machine, section, domain | machine, section, domain | harmonic |
    /// | 2022 to 2025 | machine, section, domain | machine, section | harmonic |
    ///
    /// `siren` (`dcase_tester.py`, lines 697 to 900 and 1023 to 1075): the year is the mean of all AUC and pAUC of the development
    /// and the evaluation set; a group with one class counts 0.
    ///
    /// `dcase`: from 2022 on, the AUC of a domain compares its normal clips with the anomalous ones of both domains; the year is
    /// the mean of all AUC and pAUC of the evaluation set; a group with one class is an error. Read in
    /// - 2020: `evaluator.py` of github.com/y-kawagu/dcase2020_task2_evaluator (3e5464f). It gives AUC and pAUC by id and their
    ///   arithmetic means by machine, and no figure of the year: the challenge ranked systems by the mean of their ranks. The
    ///   year here is the mean of all AUC and pAUC.
    /// - 2021: `dcase2021_task2_evaluator.py` of github.com/y-kawagu/dcase2021_task2_evaluator (1787468), line 154.
    /// - 2022: `dcase2022_task2_evaluator.py` of github.com/Kota-Dohi/dcase2022_evaluator (de8719b), lines 156 to 178 and 227
    ///   to 231.
    /// - 2023: `dcase2023_task2_evaluator.py` of github.com/nttcslab/dcase2023_task2_evaluator (3aa8a9f), lines 250 to 280 and
    ///   398 to 402.
    /// - 2024: the same lines of github.com/nttcslab/dcase2024_task2_evaluator (b5d17f6).
    /// - 2025: as 2024. Its evaluator could not be had where this was written.
    ///
    /// - Parameter year: Of ``years``; nil comes back for others.
    package init?(_ rules: Rules, year: Int) {
        guard Self.years.contains(year) else { return nil }
        let section = [FieldName.set, FieldName.machine, FieldName.section]
        let domain = section + [FieldName.domain]
        bank = BankRule(
            fields: section, optionalFields: [FieldName.set],
            domain: year == 2020 ? nil : FieldName.domain)
        var figures = FigureRule(
            aucFields: year == 2020 ? section : domain,
            partialAUCFields: year == 2021 ? domain : section)
        figures.optionalFields = [FieldName.set]
        figures.mean = year == 2020 ? .arithmetic : .harmonic
        switch rules {
        case .siren: figures.oneClass = .zero
        case .dcase:
            figures.pooledField = year >= 2022 ? FieldName.domain : nil
            figures.year = .evaluationSet
        }
        self.figures = figures
        challenge = Challenge(rules: rules, year: year)
    }

    /// What a recording is good for.
    package enum Use: Hashable, Sendable {
        case bank
        case test
        /// Not scored, and in no bank: why.
        case none(String)
    }

    /// What a recording is good for under the rules of a challenge; nil if the user says what is bank and
    /// what is test.
    ///
    /// - Throws: ``FieldError/otherYear(id:section:year:)`` for a name of other years.
    package func use(of fields: [String: String], id: String) throws(FieldError) -> Use? {
        guard let challenge else { return nil }
        if let section = fields[FieldName.section],
            section.utf8.starts(with: "id_".utf8) != (challenge.year == 2020)
        {
            throw .otherYear(id: id, section: section, year: challenge.year)
        }
        switch fields[FieldName.split] {
        case "train" where fields[FieldName.label] == "anomaly":
            return .none("anomalous training recordings")
        case "train": return .bank
        case "test": return .test
        case nil:
            throw .missing(
                field: FieldName.split, id: id, present: fields.keys.sorted())
        case let split?: return .none("recordings of the split \(split)")
        }
    }
}
