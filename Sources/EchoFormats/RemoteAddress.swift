/// An address on the network where a path is asked for: `s3://bucket/a.wav`. None is read or written here; what is mounted
/// is.
package enum RemoteAddress {
    /// What to do instead; nil if `text` is no address. That a file may be called so is for the caller to see.
    package static func refusal(of text: String) -> String? {
        guard let scheme = scheme(of: text) else { return nil }
        let name = shown(text, limit: 80)
        let rest = String(text.dropFirst(scheme.count + 3))
        switch scheme.lowercased() {
        case "file":
            // file:///data/a.wav, and file://HOST/data/a.wav.
            let path = rest.hasPrefix("/") ? rest : rest.drop { $0 != "/" }.description
            return "\(name) is an address; give the path alone: \(shown(path, limit: 80))."
        case "s3", "s3a", "s3n":
            return "\(name) is an address, and only files are read and written. Mount the bucket "
                + "(mountpoint-s3, s3fs, rclone mount) and give its folder, or copy it here; of many "
                + "small recordings make tar shards, which are read as they are."
        case "gs", "az", "abfs", "abfss", "wasb", "wasbs", "b2":
            return "\(name) is an address, and only files are read and written. Mount it (rclone "
                + "mount, gcsfuse, blobfuse2) and give its folder, or copy it here; of many small "
                + "recordings make tar shards, which are read as they are."
        case "http", "https", "ftp":
            if let model = hubModel(text) {
                return "\(name) is an address. A model of the hub is named "
                    + "\(shown(model, limit: 80)) here."
            }
            return
                "\(name) is an address, and only files are read and written. Fetch it first, such "
                + "as by curl -O, and give the file."
        case "hdfs", "webhdfs":
            return "\(name) is an address, and only files are read and written. Mount it (hdfs "
                + "nfs3, or fuse_dfs) or copy it here (hdfs dfs -get), and give the folder."
        default:
            return "\(name) is an address, and only files are read and written. Mount it (rclone "
                + "mount, sshfs) or copy it here, and give the file or folder."
        }
    }

    /// `ORG/NAME` of a model's page on the Hugging Face hub.
    private static func hubModel(_ address: String) -> String? {
        let parts = address.split(separator: "/")
        guard parts.count > 3, parts[1] == "huggingface.co",
            !["datasets", "spaces"].contains(parts[2])
        else { return nil }
        return parts[2...3].joined(separator: "/")
    }

    /// What stands before `://`; nil if it is no word, or nothing comes behind.
    private static func scheme(of text: String) -> Substring? {
        // Nearly all paths end here, and lists have millions.
        guard text.utf8.first != UInt8(ascii: "/"), text.utf8.contains(UInt8(ascii: ":")),
            let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"),
            text.first?.isLetter == true
        else { return nil }
        let scheme = text[..<colon]
        let isWord = scheme.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || "0123456789+.-".utf8.contains($0)
        }
        return isWord && scheme.utf8.count <= 20 && text[colon...].count > 3 ? scheme : nil
    }
}
