import EchoFormats
import EchoOpenCL

/// Which matrix unit a backend uses, and why this one or none.
package struct MatrixUse: Hashable, Sendable {
    /// Nil if products are computed by the vector units.
    package let unit: MatrixUnit?
    /// Why the unit is used, or why none is, in words.
    package let reason: String
    /// True if the caller or `$ECHO_MATRIX` names the unit, false if it was found.
    package let isAskedFor: Bool

    package init(unit: MatrixUnit?, reason: String, isAskedFor: Bool = false) {
        (self.unit, self.reason, self.isAskedFor) = (unit, reason, isAskedFor)
    }

    /// `matrix unit nvidia (compute capability 9.0)`.
    package var description: String { "matrix unit \(unit?.name ?? "none") (\(reason))" }

    /// The same once its unit was tried.
    ///
    /// - Parameters:
    ///   - unit: The form of it that the device takes.
    ///   - problem: What is wrong with the form that was tried before.
    func probed(_ unit: MatrixUnit, after problem: String?) -> MatrixUse {
        let form = problem.map { ", with plain copies, since else \($0)" } ?? ""
        return MatrixUse(
            unit: unit, reason: "\(reason), its probe is right\(form)", isAskedFor: isAskedFor)
    }

    /// The same without its unit, which was tried and refused.
    package func refused(_ problem: String) -> MatrixUse {
        let name = unit?.name ?? "none"
        return MatrixUse(unit: nil, reason: "\(name) is refused, \(reason): \(problem)")
    }
}

/// Which matrix unit a backend is to use.
package enum MatrixUnitChoice: Hashable, Sendable {
    /// What `$ECHO_MATRIX` says, else what the device has.
    case usual
    /// None: products by the vector units.
    case off
    /// None, for a reason that was found on the device.
    case refused(MatrixUse)
    /// This one, as if it were asked for by name or found on the device.
    case unit(MatrixUnit, isAskedFor: Bool = true)

    /// This unit, or none.
    package init(_ unit: MatrixUnit?) { self = unit.map { .unit($0) } ?? .off }

    /// The family that has the kernels for a unit that the caller names; nil if none is named.
    var family: KernelFamily? {
        if case .unit = self { .simt } else { nil }
    }

    /// The unit to use on a device with these kernels; it is to be probed first.
    ///
    /// - Throws: ``SettingError`` if `$ECHO_MATRIX` names no unit.
    package func use(
        on facts: MatrixFacts, family: KernelFamily, environment: [String: String]
    ) throws(SettingError) -> MatrixUse {
        switch self {
        case .off:
            return MatrixUse(unit: nil, reason: "the caller wants none")
        case .refused(let use):
            return use
        case .unit(let unit, let isAskedFor):
            let use = MatrixUse(unit: unit, reason: "the caller's", isAskedFor: isAskedFor)
            return family == .simd ? Self.noneOfCPUs : use
        case .usual:
            return switch try Self.asked(in: environment) {
            case _ where family == .simd: Self.noneOfCPUs
            case .off: MatrixUse(unit: nil, reason: "ECHO_MATRIX=off")
            case .unit(let unit, _):
                MatrixUse(unit: unit, reason: "ECHO_MATRIX=\(unit.name)", isAskedFor: true)
            case .usual, .refused: Self.found(facts.finding)
            }
        }
    }

    private static let noneOfCPUs = MatrixUse(
        unit: nil, reason: "the kernels for CPU devices use none")

    private static func found(_ finding: MatrixFacts.Finding) -> MatrixUse {
        MatrixUse(unit: finding.layout.map { MatrixUnit($0) }, reason: finding.reason)
    }

    /// What `$ECHO_MATRIX` says; `usual` if it is not set.
    ///
    /// - Throws: ``SettingError`` if there is no such unit.
    static func asked(
        in environment: [String: String]
    ) throws(SettingError) -> MatrixUnitChoice {
        guard let name = Setting.matrix.value(in: environment) else { return .usual }
        if name == "off" { return .off }
        guard let unit = MatrixUnit(name: name) else {
            throw .matrix(name, near: Spelling.nearest(to: name, among: names))
        }
        return .unit(unit)
    }

    /// The unit that `$ECHO_MATRIX` names; nil if it names none.
    ///
    /// - Throws: ``SettingError`` if there is no such unit.
    static func askedUnit(in environment: [String: String]) throws(SettingError) -> MatrixUnit? {
        guard case .unit(let unit, _) = try asked(in: environment) else { return nil }
        return unit
    }

    /// What `$ECHO_MATRIX` may be.
    private static var names: [String] {
        let layouts = MatrixUnit.Layout.allCases
        return ["off"] + layouts.map { MatrixUnit($0).name }
            + layouts.map { MatrixUnit($0, isEmulated: true).name }
    }
}
