import EchoFormats

/// What parts the fields of a text file, and its decimal mark: told, or found in its first lines.
struct CSVDialect: Hashable {
    let delimiter: CSVReader.Delimiter
    let mark: UInt8

    /// The first rows of the file, read in the likeliest dialect.
    ///
    /// - Throws: ``SignalError`` if the file can be read in two ways.
    static func read(
        _ prefix: CSVPrefix, _ options: CSVOptions, _ content: SignalContent
    ) throws(SignalError) -> CSVReading {
        let reading = try likeliest(prefix, options, content)
        try CSVDoubts(prefix, reading, options, content).require()
        return reading
    }

    private static func likeliest(
        _ prefix: CSVPrefix, _ options: CSVOptions, _ content: SignalContent
    ) throws(SignalError) -> CSVReading {
        var readings: [CSVReading] = []
        for dialect in candidates(prefix, options) {
            let reading = CSVReading(prefix, dialect)
            if readings.isEmpty, reading.isPlain { return reading }
            // Commas in numbers that have none are those between the fields.
            let isPossible = !dialect.isOnlyCommas || options.delimiter != nil || reading.hasComma
            if reading.numberShare > 0, isPossible { readings.append(reading) }
        }
        // The first of those with the largest share of fields that are numbers.
        guard var best = readings.first else {
            try requireDelimiter(prefix, options, content)
            let dialect = CSVDialect(
                delimiter: options.delimiter?.reader ?? .detect(in: prefix.bytes),
                mark: options.decimal?.byte ?? CSVNumber.point)
            return CSVReading(prefix, dialect)
        }
        for reading in readings where reading.numberShare > best.numberShare { best = reading }
        let rivals = readings.filter { $0.numberShare == best.numberShare && $0 != best }
        if best.dialect.isPlainCommas {
            best = try commas(best, rivals, prefix, options, content)
        } else if let rival = rivals.first(where: {
            $0.dialect.delimiter == best.dialect.delimiter && $0.numeric != best.numeric
        }) {
            throw content.error(
                .ambiguous(
                    line: best.line,
                    "some columns have decimal points and others decimal commas",
                    remedy: "Say which one is meant with --csv-decimal . or --csv-decimal , "
                        + "(columns \(list(best.numeric)) or \(list(rival.numeric)))."))
        }
        if options.decimal == nil, best.dialect.mark == CSVNumber.comma, best.hasOnlyThousands {
            throw content.error(
                .ambiguous(
                    line: best.line,
                    "\(quoted(best.example)) is a number with a decimal comma, or thousands with a "
                        + "comma between them",
                    remedy: "Give --csv-decimal , for decimal commas; write thousands without."))
        }
        return best
    }

    init(delimiter: CSVReader.Delimiter, mark: UInt8) {
        (self.delimiter, self.mark) = (delimiter, mark)
    }

    /// Commas between fields, points in numbers.
    private var isPlainCommas: Bool {
        delimiter == .byte(CSVNumber.comma) && mark == CSVNumber.point
    }

    /// Commas between fields and in numbers.
    private var isOnlyCommas: Bool {
        delimiter == .byte(CSVNumber.comma) && mark == CSVNumber.comma
    }

    /// A comma that is the decimal mark parts no fields, unless that is told too.
    private static func requireDelimiter(
        _ prefix: CSVPrefix, _ options: CSVOptions, _ content: SignalContent
    ) throws(SignalError) {
        guard options.decimal == .comma, options.delimiter == nil,
            CSVReader.Delimiter.detect(in: prefix.bytes) == .byte(CSVNumber.comma)
        else { return }
        throw content.error(
            .ambiguous(
                line: prefix.linesBefore + 1,
                "the comma is the decimal mark, and nothing else parts fields of numbers",
                remedy: "Give --csv-decimal . where commas part columns, or --csv-delimiter; else "
                    + "save it with another delimiter."))
    }

    /// Every way that the file could be written, the likelier first where all else is the same.
    private static func candidates(_ prefix: CSVPrefix, _ options: CSVOptions) -> [CSVDialect] {
        let present = Set(prefix.bytes)
        var marks = [CSVNumber.point]
        if present.contains(CSVNumber.comma) { marks.append(CSVNumber.comma) }
        if let told = options.decimal { marks = [told.byte] }
        var delimiters: [CSVReader.Delimiter] = [0x09, 0x3B, CSVNumber.comma]
            .filter { present.contains($0) }.map { .byte($0) }
        delimiters.append(.blanks)
        if let told = options.delimiter { delimiters = [told.reader] }
        let all = delimiters.flatMap { delimiter in
            marks.map { CSVDialect(delimiter: delimiter, mark: $0) }
        }
        guard options.delimiter == nil else { return all }
        // Commas that part columns and decimals need quotes around the numbers.
        let both = CSVDialect(delimiter: .byte(CSVNumber.comma), mark: CSVNumber.comma)
        let hasQuotes = present.contains(UInt8(ascii: "\""))
        return all.filter { $0 != both } + (hasQuotes && all.contains(both) ? [both] : [])
    }

    /// Decides what commas are where they can stand between fields: `0,1234` is one number or two.
    private static func commas(
        _ fields: CSVReading, _ rivals: [CSVReading], _ prefix: CSVPrefix, _ options: CSVOptions,
        _ content: SignalContent
    ) throws(SignalError) -> CSVReading {
        let isTold = options.delimiter != nil || options.decimal != nil
        if isTold || fields.hasPoint && fields.numberShare == 1 { return fields }
        let pairs = CommaPairs(prefix)
        if let decimals = rivals.first(where: { $0.dialect.delimiter == .blanks }) {
            // A text of blanks and digits before the comma, as in `12:00 0,5`.
            if fields.numberShare < 1 { return decimals }
            guard decimals.fieldCount == 1, fields.fieldCount == 2 else { return fields }
            let hasSecond = options.columns?.contains { Int($0) ?? 0 > 0 } ?? false
            switch pairs.meaning {
            case .fields: return fields
            case .decimals: return decimals
            case .either where hasSecond: return fields
            case .either: break
            }
        } else if !pairs.areFractions {
            return fields
        }
        guard fields.fieldCount > 2 else {
            throw content.error(
                .ambiguous(
                    line: fields.line,
                    "\(quoted(pairs.example)) is one number with a decimal comma, or two numbers",
                    remedy: "Give --csv-decimal , for one, --csv-decimal . for two."))
        }
        throw content.error(
            .ambiguous(
                line: fields.line,
                "the commas of \(quoted(pairs.example)) part columns, or decimals too",
                remedy: "Give --csv-decimal . for columns; else save it with another delimiter."))
    }

    private static func list(_ columns: [Int]) -> String {
        columns.map(String.init).joined(separator: ", ")
    }
}
