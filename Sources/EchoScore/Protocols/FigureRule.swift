/// Which recordings make a figure, and how figures become one.
package struct FigureRule: Hashable, Sendable {
    /// Fields whose values recordings of one AUC share.
    package var aucFields: [String]
    /// Fields whose values recordings of one partial AUC share.
    package var partialAUCFields: [String]
    /// Of both, those that recordings may lack.
    package var optionalFields: Set<String> = []
    /// A field that counts for normal recordings alone: in the AUC of one value of it, anomalous recordings of
    /// all values are compared. Nil if there is none.
    package var pooledField: String?
    /// The share of false alarms up to which a partial AUC goes.
    package var limit = 0.1
    package var mean = Mean.arithmetic
    package var oneClass = OneClass.refused
    package var year = Year.all

    /// What a group becomes whose recordings are all normal, or all anomalous.
    package enum OneClass: Hashable, Sendable {
        case refused
        /// Its figures are 0.
        case zero
    }

    /// The groups that make the figure of a year.
    package enum Year: Hashable, Sendable {
        case all
        /// Those of the evaluation set, where recordings say which set they are of.
        case evaluationSet
    }

    package init(aucFields: [String], partialAUCFields: [String]) {
        (self.aucFields, self.partialAUCFields) = (aucFields, partialAUCFields)
    }
}
