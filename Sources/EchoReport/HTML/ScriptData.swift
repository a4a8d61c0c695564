import EchoFormats

extension HTML {
    /// Data for the page's script: an element that no browser runs. In it no `<` is left, so that
    /// no text can end it or begin a comment; `JSONValue` escapes U+2028 and all else that is not
    /// visible.
    package static func data(_ value: JSONValue, id: StaticString) -> HTML {
        // Scalar by scalar: a letter such as U+0D4E makes one character with the sign behind it, which
        // a search for characters would not find.
        var json = ""
        for scalar in value.text.unicodeScalars {
            if scalar == "<" {
                json += "\\u003c"
            } else {
                json.unicodeScalars.append(scalar)
            }
        }
        return "<script type=\"application/json\" id=\"\(own("\(id)"))\">\(own(json))</script>\n"
    }
}
