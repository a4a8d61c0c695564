import EchoFormats
import Testing

@Suite(.timeLimit(.minutes(20))) struct RemoteAddressTests {
    @Test(arguments: [
        ("s3://b/a.wav", "mountpoint-s3"), ("S3://b/a.wav", "mountpoint-s3"),
        ("gs://b/a", "gcsfuse"), ("https://x.org/a.wav", "curl -O"), ("hdfs://n/a", "hdfs dfs"),
        ("sftp://h/a", "sshfs"), ("file:///a b.wav", "alone: /a b.wav."),
        ("file://host/a.wav", "alone: /a.wav."),
    ])
    func addresses(text: String, remedy: String) {
        let refusal = RemoteAddress.refusal(of: text)
        #expect(refusal?.contains(remedy) == true, "\(refusal ?? "nil")")
        #expect(refusal?.contains(text) == true)
    }

    @Test(arguments: [
        "a.wav", "/data/s3://b", "s3:/b", "s3://", "://b", "1a://b", "a b://c", "dir/x://y", "",
        "C:\\a.wav",
    ])
    func paths(text: String) { #expect(RemoteAddress.refusal(of: text) == nil) }
}
