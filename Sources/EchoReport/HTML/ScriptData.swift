import EchoFormats

extension HTML {
    /// Data for the page's script: an element that no browser runs. In it no `<` is left, so that
    /// no text can end it or begin a comment; `JSONValue` escapes U+2028 and all else that is not
    /// visible.
    package static func data(_ value: JSONValue, id: StaticString) -> HTML {
        let json = value.text.replacing("<", with: "\\u003c")
        return "<script type=\"application/json\" id=\"\(own("\(id)"))\">\(own(json))</script>\n"
    }
}
