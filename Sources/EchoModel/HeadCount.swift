/// The number of attention heads, which no tensor's shape tells.
enum HeadCount {
    /// What the configuration says, if it exists and says it; else D / 64.
    ///
    /// - Throws: ``ModelError`` if the configuration contradicts itself, and if the number of heads
    ///   does not divide the width.
    static func find(
        width: Int, _ configuration: ConfigurationFile?, _ modelPath: String
    ) throws(ModelError) -> Int {
        guard let configuration, let (key, heads) = try configuration.heads() else {
            let headWidth = Configuration.standardHeadWidth
            guard width.isMultiple(of: headWidth) else {
                throw ModelError(
                    file: modelPath, what: "the number of attention heads is not known",
                    values: "width \(width) is not a multiple of \(headWidth)",
                    remedy: "Put a config.json with \"num_heads\" beside the file.")
            }
            return width / headWidth
        }
        guard heads > 0, width.isMultiple(of: heads) else {
            throw ModelError(
                file: configuration.path, what: "the number of heads does not divide the width",
                values: "\(key) \(heads), width \(width)",
                remedy: "Correct \(key), or remove it to use heads of width "
                    + "\(Configuration.standardHeadWidth).")
        }
        return heads
    }
}
