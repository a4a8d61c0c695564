import EchoFormats

/// A table that scrolls by itself where the screen is narrow.
struct Table {
    enum Column {
        case left(String)
        case right(String)
    }

    let columns: [Column]
    var rows: [[HTML]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func append(_ row: [HTML]) { rows.append(row) }

    var html: HTML {
        let head = columns.map { column -> HTML in
            switch column {
            case .left(let title): "<th scope=\"col\">\(title)</th>"
            case .right(let title): "<th scope=\"col\" class=\"number\">\(title)</th>"
            }
        }
        let body = rows.map { row -> HTML in "<tr>\(zip(columns, row).map(Self.cell))</tr>\n" }
        return """
            <div class="table" tabindex="0"><table><thead><tr>\(head)</tr></thead>
            <tbody>\(body)</tbody></table></div>

            """
    }

    /// What a table or a list says of that which it leaves out.
    static func rest(of count: Int, shown limit: Int, _ noun: String) -> HTML {
        count > limit ? "<p>And \((count - limit).counted(noun)) more.</p>\n" : .empty
    }

    private static func cell(_ column: Column, _ value: HTML) -> HTML {
        switch column {
        case .left: "<td>\(value)</td>"
        case .right: "<td class=\"number\">\(value)</td>"
        }
    }
}
