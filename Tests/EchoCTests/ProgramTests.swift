import EchoTestSupport
import Testing

/// Programs in C, compiled and run.
@Suite(.timeLimit(.minutes(20))) struct ProgramTests {
    @Test func theExampleEmbeds() throws {
        let (folder, model) = (try ScratchFolder(), try TestModel())
        defer { withExtendedLifetime((folder, model)) {} }
        let program = folder["embed"]
        try BuiltLibrary.compile(BuiltLibrary.file("Examples/embed.c"), to: program)
        let output = try BuiltLibrary.run(program, [model.path])
        #expect(output.status == 0, "\(output.errors)")
        let lines = output.text.split(separator: "\n")
        #expect(lines.count == 2)
        // By hand: 16 kHz has 7 bands of 64, 2 s have 198 frames; 48 kHz 19, 1 s 98.
        #expect(lines.first?.hasPrefix("16000 Hz: utterance [448], segments [13, 448]: ") == true)
        #expect(lines.last?.hasPrefix("48000 Hz: utterance [1216], segments [7, 1216]: ") == true)
        #expect(output.errors.contains("2 of 2"))

        let failed = try BuiltLibrary.run(program, ["/no/such/model"])
        #expect(failed.status == 78 && failed.text.isEmpty)
        #expect(failed.errors.contains("open: /no/such/model"), "\(failed.errors)")
    }

    /// A child of a process that used the library is told so, and does not hang: on the CPU path, whose
    /// threads the child lacks, and where only a driver was asked what there is.
    @Test(arguments: ["cpu", "auto", "devices"])
    func aForkedChildIsRefused(use: String) throws {
        let (folder, model) = (try ScratchFolder(), try TestModel())
        defer { withExtendedLifetime((folder, model)) {} }
        let source = try folder.text("fork.c", Self.forking)
        try BuiltLibrary.compile(source, to: folder["fork"])
        let output = try BuiltLibrary.run(folder["fork"], [use, model.path])
        #expect(output.status == 0, "\(output.text) \(output.errors)")
        let lines = output.text.split(separator: "\n").map(String.init)
        let kinds = lines.filter { $0.hasPrefix("child") }
        #expect(kinds.count == 4)
        for line in kinds {
            #expect(line.contains("71 fork") && line.contains("spawn or forkserver"), "\(line)")
        }
        #expect(lines.last == "parent 0")
    }

    /// A process that has not used the library yet may fork: each of the two uses it then.
    @Test func aChildOfAProcessThatDidNothingMayUseIt() throws {
        let (folder, model) = (try ScratchFolder(), try TestModel())
        defer { withExtendedLifetime((folder, model)) {} }
        let source = try folder.text("fork.c", Self.forking)
        try BuiltLibrary.compile(source, to: folder["fork"])
        let output = try BuiltLibrary.run(folder["fork"], ["nothing", model.path])
        #expect(output.status == 0, "\(output.errors)")
        #expect(output.text.contains("child open: 0"), "\(output.text)")
    }

    /// The library's threads may be at work when a program that stopped a call exits: they must not be in code
    /// of oneDNN's that is freed then. Before that was seen to, one run in four ended by a signal.
    @Test func exitingRightAfterAStop() throws {
        let folder = try ScratchFolder()
        let source = try folder.text("leave.c", Self.leaving)
        try BuiltLibrary.compile(source, to: folder["leave"])
        for _ in 0..<12 {
            let output = try BuiltLibrary.run(folder["leave"], [])
            #expect(output.status == 0 && output.text == "75\n", "\(output.errors)")
        }
    }

    /// A driver's compiler may be at work then, which nothing stops: LLVM's tables must not go under pocl's.
    @Test func exitingWhileKernelsAreCompiled() throws {
        let folder = try ScratchFolder()
        let source = try folder.text("exit.c", Self.exiting)
        try BuiltLibrary.compile(source, to: folder["exit"])
        for looks in ["0", "1", "2", "3"] {
            for cache in ["kernels", "driver"] { _ = try folder.file("\(looks)/\(cache)/x") }
            let output = try BuiltLibrary.run(folder["exit"], [folder[looks], looks])
            #expect(output.status == 0, "\(output.text) \(output.errors)")
            let lines = output.text.split(separator: "\n").map(String.init)
            #expect(lines.count == 2 && lines.first == "call 75")
            // Where there is no OpenCL device, the CPU path goes on: it compiles nothing.
            let isRefused = lines.last?.contains("69 device") == true
            #expect(isRefused == (output.errors != "cpu\n"), "\(output.text) \(output.errors)")
        }
    }

    @Test(.enabled(if: BuiltLibrary.released != nil, "\(BuiltLibrary.remedy)"))
    func onlyTheFunctionsOfTheHeaderAreVisible() throws {
        let library = try #require(BuiltLibrary.released)
        let output = try BuiltLibrary.run("nm", ["-D", "--defined-only", library])
        let symbols = output.text.split(separator: "\n").compactMap { line in
            line.split(separator: " ").last.map(String.init)
        }
        #expect(symbols.filter { !$0.hasPrefix("echo_gpu_") } == [])
        let header = try String(
            contentsOfFile: BuiltLibrary.file("Sources/EchoC/include/echo_gpu.h"), encoding: .utf8)
        let declared = header.matches(of: /\b(echo_gpu_\w+)\((?!\))/).map { String($0.1) }
        #expect(declared.count > 10)
        #expect(Set(declared).subtracting(symbols) == [], "all of the header's are there")
    }

    /// Its threads wait for more work for a while: whoever unloaded it would end by a signal then.
    @Test(.enabled(if: BuiltLibrary.released != nil, "\(BuiltLibrary.remedy)"))
    func theLibraryStaysWhereItIs() throws {
        let library = try #require(BuiltLibrary.released)
        let output = try BuiltLibrary.run("readelf", ["--dynamic", "--wide", library])
        #expect(output.text.contains("NODELETE"), "\(output.text)")
        #expect(output.text.contains("soname: [libecho_gpu.so]"))
    }

    /// Stops a call once products are being computed, after two seconds, and returns from `main`. No machine is
    /// through with its day of sound by then.
    private static let leaving = """
        #include <stdio.h>
        #include "echo_gpu.h"

        enum { COUNT = 4320 };
        static float samples[320000], output[8192];
        static echo_gpu_signal signals[COUNT];
        static echo_gpu_output outputs[COUNT];

        static int32_t stop(void *context, int64_t done, int64_t total) {
            (void)done, (void)total;
            return ++*(int *)context > 20;
        }

        int main(void) {
            const char *device = "cpu";
            int looks = 0;
            echo_gpu_encoder *encoder = NULL;
            for (int index = 0; index < 320000; index++) samples[index] = (float)(index % 7) / 7;
            for (int number = 0; number < COUNT; number++) {
                signals[number] = (echo_gpu_signal){samples, 320000, 16000};
                outputs[number] = (echo_gpu_output){output, NULL};
            }
            if (echo_gpu_open("demo", &device, 1, NULL, NULL, NULL, &encoder) != 0) return 2;
            printf("%d\\n", (int)echo_gpu_features_of_signals(encoder, signals, COUNT, outputs, 0, stop, &looks));
            return 0;
        }

        """

    /// Stops its first call, with empty caches, after some looks; lets nothing be compiled any more, and exits.
    private static let exiting = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <time.h>
        #include "echo_gpu.h"

        static float samples[320000], output[8192], other[8192];

        static int32_t stop(void *context, int64_t done, int64_t total) {
            (void)done, (void)total;
            return --*(int *)context < 0;
        }

        static int is_cpu(echo_gpu_encoder *encoder) {
            char *text = NULL;
            const int found = echo_gpu_describe(encoder, &text) == 0 && strstr(text, "the CPU path") != NULL;
            echo_gpu_free(text);
            return found;
        }

        int main(int count, char **arguments) {
            char path[4096];
            (void)snprintf(path, sizeof path, "%s/kernels", arguments[count - 2]);
            setenv("XDG_CACHE_HOME", path, 1);
            (void)snprintf(path, sizeof path, "%s/driver", arguments[count - 2]);
            setenv("POCL_CACHE_DIR", path, 1);
            const char *device = "auto";
            int looks = atoi(arguments[count - 1]);
            echo_gpu_encoder *encoder = NULL;
            for (int index = 0; index < 320000; index++) samples[index] = (float)(index % 7) / 7;
            const echo_gpu_signal signal = {samples, 320000, 16000};
            const echo_gpu_output place = {output, NULL}, second = {other, NULL};
            if (echo_gpu_open("demo", &device, 1, NULL, NULL, NULL, &encoder) != 0) return 2;
            if (is_cpu(encoder)) fputs("cpu\\n", stderr);
            printf("call %d\\n", (int)echo_gpu_features_of_signals(encoder, &signal, 1, &place, 0, stop, &looks));
            while (echo_gpu_prepare_exit()) nanosleep(&(struct timespec){0, 10000000}, NULL);
            const echo_gpu_signal shorter = {samples, 48000, 16000};
            const int32_t later = echo_gpu_features_of_signals(encoder, &shorter, 1, &second, 0, NULL, NULL);
            printf("later %d %s %s\\n", (int)later, echo_gpu_error_kind(), later ? echo_gpu_error_text() : "");
            return 0;
        }

        """

    /// Uses the library as its first argument says, forks, and prints what each process gets.
    private static let forking = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/wait.h>
        #include <unistd.h>
        #include "echo_gpu.h"

        static float samples[1600], output[8192];

        static int32_t embed(const echo_gpu_encoder *encoder) {
            const echo_gpu_signal signal = {samples, 1600, 16000};
            const echo_gpu_output place = {output, NULL};
            return echo_gpu_features_of_signals(encoder, &signal, 1, &place, 0, NULL, NULL);
        }

        static void tell(const char *what, int32_t status) {
            printf("child %s: %d %s %s\\n", what, (int)status, echo_gpu_error_kind(), echo_gpu_error_text());
        }

        int main(int count, char **arguments) {
            const char *use = arguments[count - 2];
            const char *devices[] = {strcmp(use, "auto") == 0 ? "auto" : "cpu"};
            echo_gpu_encoder *encoder = NULL, *other = NULL;
            char *text = NULL;
            for (int index = 0; index < 1600; index++) samples[index] = (float)(index % 7) / 7;
            if (strcmp(use, "devices") == 0) {
                if (echo_gpu_devices(&text) != 0) return 2;
                echo_gpu_free(text);
            } else if (strcmp(use, "nothing") != 0) {
                if (echo_gpu_open(arguments[count - 1], devices, 1, NULL, NULL, NULL, &encoder) != 0) return 3;
                if (embed(encoder) != 0) return 4;
            }
            const pid_t child = fork();
            if (child == 0) {
                const int32_t opened = echo_gpu_open(arguments[count - 1], devices, 1, NULL, NULL, NULL, &other);
                tell("open", opened);
                if (opened == 0) return embed(other) == 0 ? (fflush(stdout), _exit(0), 0) : 5;
                tell("embed", embed(encoder));
                tell("devices", echo_gpu_devices(&text));
                tell("describe", echo_gpu_describe(encoder, &text));
                echo_gpu_close(encoder);
                fflush(stdout);
                _exit(0);
            }
            int status = 0;
            waitpid(child, &status, 0);
            if (status != 0) return 6;
            if (encoder != NULL) {
                printf("parent %d\\n", (int)embed(encoder));
            } else {
                puts("parent 0");
            }
            echo_gpu_close(encoder);
            return 0;
        }

        """
}
