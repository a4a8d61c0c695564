/// Names of the fields that the built-in patterns give, and that protocols ask for.
package enum FieldName {
    /// The kind of machine, such as `fan`.
    package static let machine = "machine"
    /// Which one of its kind: `section_00`, in 2020 `id_00`.
    package static let section = "section"
    /// `source` or `target`: under which conditions it ran.
    package static let domain = "domain"
    /// `train`, `test` or `supplemental`.
    package static let split = "split"
    /// `normal` or `anomaly`.
    package static let label = "label"
    /// `development` or `evaluation`: the challenge's data sets.
    package static let set = "set"
}
