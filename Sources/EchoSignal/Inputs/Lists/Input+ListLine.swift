import EchoFormats

extension Input {
    /// The line of a list (JSON Lines) from which ``InputDiscovery`` makes the same input again: an absolute
    /// path, the id, what was said of it alone, and what is carried through; without its line break.
    ///
    /// - Parameter folder: Where relative paths start: an absolute path.
    package func listLine(in folder: String) -> String {
        let path = path.isAbsolutePath ? path : folder.asFolderPrefix + path
        var line: JSONObject = ["path": .string(path), "id": .string(name)]
        for member in overrides.record.members {
            line.append(Self.column(member), member.value)
        }
        // KEY.json of an archive may call what it knows as columns are called: it is read there again.
        for member in fields.members where ColumnName(rawValue: member.key) == nil {
            line.append(member.key, member.value)
        }
        return line.text
    }

    /// A number in `channels` is taken for a count by those who read it, and warned of.
    private static func column(_ member: JSONObject.Member) -> String {
        guard member.key == ColumnName.channels.rawValue, case .string(let text) = member.value,
            case .channel? = ChannelMode(rawValue: text)
        else { return member.key }
        return ColumnName.channel.rawValue
    }
}
