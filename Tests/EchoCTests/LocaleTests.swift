import EchoTestSupport
import Foundation
import Testing

/// A program whose locale has a comma in its numbers, as those of MATLAB, R or a desktop have in half of
/// Europe.
@Suite(
    .timeLimit(.minutes(20)),
    .enabled(if: CommaLocale.canBeMade, "localedef, or what it reads, is missing"))
struct LocaleTests {
    /// The numbers have 19 digits, as `numpy.savetxt` writes them: more than are read without C's help.
    @Test func aCommaInTheProgramsNumbersChangesNoEmbedding() throws {
        let (folder, model) = (try ScratchFolder(), try TestModel())
        defer { withExtendedLifetime((folder, model)) {} }
        let locale = try #require(CommaLocale(folder))
        let numbers = TestModel.mixture[2].samples.map { String(format: "%.18e", Double($0)) }
        let recording = try folder.text("recording.csv", numbers.joined(separator: "\n") + "\n")
        let source = try folder.text("locale.c", Self.program)
        try BuiltLibrary.compile(source, to: folder["program"])
        let request = #"{"inputs":["\#(recording)"],"sample_rate":16000}"#
        let output = try BuiltLibrary.run(
            "env",
            ["LOCPATH=\(locale.folder)", folder["program"], model.path, request, CommaLocale.name])
        #expect(output.status == 0, "\(output.text) \(output.errors)")
        #expect(output.text == "0.5\n0,5\nthe same\n")
    }

    /// Embeds a request's recording before it takes a locale and after that, and compares the two.
    private static let program = """
        #include <locale.h>
        #include <stdio.h>
        #include <string.h>
        #include "echo_gpu.h"

        static float found[2][8192];

        static int32_t take(void *context, const echo_gpu_row *row) {
            if (row->utterance == NULL || row->width > 8192) return 1;
            memcpy(context, row->utterance, (size_t)row->width * sizeof(float));
            return 0;
        }

        int main(int count, char **arguments) {
            const char *device = "cpu";
            echo_gpu_encoder *encoder = NULL;
            if (count != 4 || echo_gpu_open(arguments[1], &device, 1, NULL, NULL, NULL, &encoder) != 0) return 2;
            for (int number = 0; number < 2; number++) {
                if (number == 1 && setlocale(LC_ALL, arguments[3]) == NULL) return 3;
                printf("%.1f\\n", 0.5);
                if (echo_gpu_features_of_files(encoder, arguments[2], take, NULL, found[number], NULL) != 0) {
                    fprintf(stderr, "%s\\n", echo_gpu_error_text());
                    return 4;
                }
            }
            puts(memcmp(found[0], found[1], sizeof found[0]) == 0 ? "the same" : "another");
            echo_gpu_close(encoder);
            return 0;
        }

        """
}

/// A locale with a comma, made for a test: a system may have none but C's.
struct CommaLocale {
    static let name = "comma"
    static let canBeMade = (try? ScratchFolder()).flatMap(CommaLocale.init) != nil

    /// What `LOCPATH` is to say.
    let folder: String

    init?(_ scratch: ScratchFolder) {
        let source = """
            LC_NUMERIC
            decimal_point ","
            thousands_sep ""
            grouping -1
            END LC_NUMERIC

            """
        folder = scratch.path
        // Its status also says that other categories are missing, which take the usual values.
        guard let file = try? scratch.text("comma.def", source),
            (try? BuiltLibrary.run(
                "localedef", ["--no-archive", "-c", "-i", file, scratch[Self.name]])) != nil
        else { return nil }
        guard FileManager.default.fileExists(atPath: scratch[Self.name] + "/LC_NUMERIC") else {
            return nil
        }
    }
}
