/*
 * echo-gpu: the ECHO signal encoder on OpenCL devices and on the CPU.
 *
 * A signal is the samples of one channel at a sample rate. It becomes an utterance embedding `[width]` and segment
 * embeddings `[rows, width]`, one row for every 16 frames (160 ms). `width` is N*D: N frequency bands, a number that
 * follows from the sample rate, of D values each.
 * Source: "ECHO: Frequency-aware Hierarchical Encoding for Variable-length Signals", arXiv 2508.14689.
 *
 * Status. A function that returns `int32_t` returns ECHO_GPU_OK, or a number that says why it failed. The numbers are
 * the exit statuses of the command echo-gpu. echo_gpu_error_text() then gives a sentence with the value and the remedy.
 *
 * Threads. Any number of threads may use an encoder at the same time. Results do not depend on that, nor on what is
 * embedded together: they have the same bits as those of the command on this device. The library works on threads of
 * its own; the caller's thread waits, and takes results. Callbacks for progress and rows are called on the thread that
 * called the function. They must not leave by longjmp or an exception. The library's threads wait for more work, so
 * the library stays in the process once it is loaded: dlclose() does not unload it.
 *
 * Processes. A process that fork() made cannot use the encoders of its parent: a call fails with ECHO_GPU_SYSTEM, of
 * kind "fork". It cannot open others either, once its parent has opened one or listed devices. Start processes with
 * spawn or forkserver, and open an encoder in each. Signals and their handlers are not changed.
 *
 * Memory. What a caller passes belongs to the caller. It is read during the call only, also if the call is stopped or
 * fails, and it is never changed. Texts that a function gives (`char **`) belong to the caller, who frees them with
 * echo_gpu_free(). All texts are UTF-8 and end with a zero byte. Arrays are in C order, without gaps.
 */
#ifndef ECHO_GPU_H
#define ECHO_GPU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The number of the interface that this header describes. A library with another number does not fit. */
#define ECHO_GPU_ABI 1

/* What a function returns. */
enum {
    ECHO_GPU_OK = 0,
    ECHO_GPU_BUSY = 4,      /* kind "busy": another process or thread uses it */
    ECHO_GPU_USAGE = 64,    /* "usage": the arguments do not fit together */
    ECHO_GPU_DATA = 65,     /* "signal", "data": a signal that cannot be embedded; a damaged file */
    ECHO_GPU_INPUT = 66,    /* "input": an input is missing */
    ECHO_GPU_HUB = 68,      /* "hub": the hub does not give the model */
    ECHO_GPU_DEVICE = 69,   /* "device": a device is missing, or failed */
    ECHO_GPU_SYSTEM = 71,   /* "system": no memory, threads, descriptors; "fork": see Processes */
    ECHO_GPU_CREATE = 73,   /* "create": a file cannot be made */
    ECHO_GPU_WRITE = 74,    /* "write": a file cannot be written */
    ECHO_GPU_STOPPED = 75,  /* "stopped": a callback asked for it */
    ECHO_GPU_MODEL = 78     /* "model": the checkpoint cannot be used */
};

/* An encoder: a model on one or more devices. */
typedef struct echo_gpu_encoder echo_gpu_encoder;

/* Takes a message of level "debug", "info" or "warning", on the thread that called the function. */
typedef void (*echo_gpu_log)(void *context, const char *level, const char *text);

/*
 * How far a call is: `done` of `total` signals or recordings; `total` is 0 while recordings are looked for. Called on
 * the thread that called the function: at the start, at the end, and at least every 0.25 s, unless a row callback takes
 * longer. Return 0 to go on. Any other value stops the call, which then returns ECHO_GPU_STOPPED without waiting for
 * the device. An OpenCL device may still compute up to two batches, which the next call waits for; the CPU path stops.
 * May be null.
 */
typedef int32_t (*echo_gpu_progress)(void *context, int64_t done, int64_t total);

/* ---- The library ---- */

/* ECHO_GPU_ABI of the library. */
int32_t echo_gpu_abi(void);

/* The version, such as "0.2.0"; static. */
const char *echo_gpu_version(void);

/*
 * The sentence of the thread's last error: file, value and remedy. Valid until the thread's next error; a call that
 * succeeds leaves it as it is.
 */
const char *echo_gpu_error_text(void);

/* Its kind: the words in quotes above; "" if there was no error. */
const char *echo_gpu_error_kind(void);

/* Its status; ECHO_GPU_OK if there was no error. */
int32_t echo_gpu_error_code(void);

/* Which signal of the call it was about, from 0; -1 if it was not about a single one. */
int64_t echo_gpu_error_index(void);

/* Frees a text that a function gave; does nothing with null. */
void echo_gpu_free(char *text);

/*
 * The OpenCL devices, as `echo-gpu devices --json` prints them.
 */
int32_t echo_gpu_devices(char **json);

/*
 * For a program that is about to exit. A call that was stopped may have left work behind: an operation on the CPU path,
 * which ends within milliseconds, or a driver's compiler, which nothing stops. If the process exits meanwhile, it may
 * end by SIGABRT or SIGSEGV: oneDNN's code, or the tables of pocl's LLVM, are gone then.
 *
 * After the first call no kernel is compiled any more in this process: what needs one fails with ECHO_GPU_DEVICE.
 * Returns 1 while there is such work, and 0 once there is none. Call it again until it returns 0, which takes seconds if
 * a compiler is at work, or in bad cases minutes. Or end the process by _exit(), which waits for nothing. Kernels that
 * are compiled already still run. In a forked child it returns 0 and does nothing.
 */
int32_t echo_gpu_prepare_exit(void);

/*
 * Runs the command echo-gpu, as its executable does: `arguments` are its name and what is given to it, `count` of them.
 * Returns ECHO_GPU_OK if the command succeeded. If the command has any other exit status, it ends the process with it.
 * Returns an error if the command cannot begin: arguments that are null, a forked child. The command prints, and takes
 * SIGINT, SIGTERM, SIGALRM, SIGPIPE and SIGXFSZ of the process for itself. Use it only in a program that does nothing
 * else.
 */
int32_t echo_gpu_command(int32_t count, char *const *arguments);

/* ---- An encoder ---- */

/*
 * Loads a model and opens devices.
 *
 * model         "demo" (untrained), a folder with model.safetensors, a .safetensors file, or ORG/NAME of the
 *               Hugging Face hub.
 * devices       device_count names: "auto", "cpu", "gpu", "all", PLATFORM:DEVICE, or part of a device's name.
 *               None is the same as "auto".
 * precision     "fp32" or "fp16"; null is "fp32".
 * log           Is told which device was taken and what is unusual about the checkpoint; may be null.
 * encoder       Takes the encoder; null if the call fails. Close it with echo_gpu_close().
 */
int32_t echo_gpu_open(const char *model, const char *const *devices, size_t device_count, const char *precision,
                      echo_gpu_log log, void *context, echo_gpu_encoder **encoder);

/*
 * Closes an encoder. Calls that are under way in other threads finish first. Later calls with this handle fail, with
 * kind "usage", as they do with anything else that echo_gpu_open() did not give. To close null, or a closed handle,
 * does nothing. In a forked child it does nothing.
 */
void echo_gpu_close(echo_gpu_encoder *encoder);

/*
 * What an encoder is, as a JSON object: version, model, weights_sha256, trained, embedding_width (D), layer_count,
 * head_count, precision, device, driver, tiles (not on the CPU path), device_reason. With several kinds of devices,
 * device, driver and tiles list them, separated by commas.
 */
int32_t echo_gpu_describe(const echo_gpu_encoder *encoder, char **json);

/* The shapes of what a signal gives. */
typedef struct {
    int64_t width;   /* N*D: elements of the utterance embedding, columns of the segment embeddings */
    int64_t rows;    /* T: rows of the segment embeddings */
    int64_t bands;   /* N */
    int64_t bins;    /* rows of the spectrogram */
    int64_t frames;  /* columns of the spectrogram */
} echo_gpu_shape;

/*
 * The shape for a signal of `samples` samples at `sample_rate` Hz. Fails with ECHO_GPU_DATA if no such signal can be
 * embedded: it is shorter than a window of 25 ms, or the rate is below the smallest one.
 */
int32_t echo_gpu_shape_of_signal(const echo_gpu_encoder *encoder, int64_t samples, int64_t sample_rate,
                                 echo_gpu_shape *shape);

/* The shape for a spectrogram of `frames` frames of a signal at `sample_rate` Hz. */
int32_t echo_gpu_shape_of_spectrogram(const echo_gpu_encoder *encoder, int64_t frames, int64_t sample_rate,
                                      echo_gpu_shape *shape);

/* ---- Embeddings ---- */

/* A signal: samples of one channel, full scale being -1 to 1. */
typedef struct {
    const float *samples;
    int64_t count;
    int64_t sample_rate; /* Hz */
} echo_gpu_signal;

/* A normalised log spectrogram, [bins, frames], of a signal at `sample_rate` Hz. */
typedef struct {
    const float *values;
    int64_t bins;
    int64_t frames;
    int64_t sample_rate;
} echo_gpu_spectrogram;

/* Where embeddings go: memory of the caller, with the sizes that echo_gpu_shape gives; null for what is not wanted. */
typedef struct {
    float *utterance; /* [width] */
    float *segments;  /* [rows, width] */
} echo_gpu_output;

/*
 * Embeds `count` signals, of any lengths and sample rates. outputs[i] takes what signals[i] gives.
 *
 * batch         Segments of up to 2000 frames (20 s) that go to the device together, 1 to 65536; 0 is the usual
 *               number, 64. The embeddings do not depend on it.
 *
 * If a signal cannot be embedded (too short, a value that is not finite), the call fails at once with ECHO_GPU_DATA,
 * and echo_gpu_error_index() says which one; if there are several, the first. Sizes and rates of all signals are
 * checked before any value is. After a failure the content of the outputs is undefined.
 */
int32_t echo_gpu_features_of_signals(const echo_gpu_encoder *encoder, const echo_gpu_signal *signals, size_t count,
                                     const echo_gpu_output *outputs, size_t batch, echo_gpu_progress progress,
                                     void *context);

/*
 * The normalised log spectrogram of a signal, upstream's first step: `values` takes [bins, frames].
 * (ln(|X| + 1e-9) + 5.874158) / (5.223174 * 2), periodic Hann windows of 25 ms, 10 ms apart.
 */
int32_t echo_gpu_spectrogram_of_signal(const echo_gpu_encoder *encoder, const echo_gpu_signal *signal, float *values,
                                       echo_gpu_progress progress, void *context);

/* Embeds `count` spectrograms, upstream's second step; otherwise as echo_gpu_features_of_signals(). */
int32_t echo_gpu_features_of_spectrograms(const echo_gpu_encoder *encoder, const echo_gpu_spectrogram *spectrograms,
                                          size_t count, const echo_gpu_output *outputs, size_t batch,
                                          echo_gpu_progress progress, void *context);

/* A recording that was embedded, or why it was not. What it points to is valid during the callback only. */
typedef struct {
    const char *fields;     /* a JSON object: the members of a line of the manifest (docs/output-layout.md), except those
                               of files and runs (utterance_file, utterance_row, segment_file, segment_rows, attempt, run);
                               and `input`: which of `inputs` or `recordings`, or which row of the manifest, from 0 */
    const float *utterance; /* [width]; null if it failed or is not wanted */
    const float *segments;  /* [rows, width]; likewise */
    int64_t width;          /* 0 if it failed */
    int64_t rows;
} echo_gpu_row;

/* Takes a row. A value other than 0 stops the call. */
typedef int32_t (*echo_gpu_row_callback)(void *context, const echo_gpu_row *row);

/*
 * Embeds recordings of files, in the order of the inputs. Every recording gives a row, or with `channels` "each" a row
 * for each channel. A recording that cannot be embedded gives a row with `status` "failed", `code` and `reason`. What
 * could not be searched for recordings (a missing input, a folder without permission, a damaged tar file) gives such a
 * row too, with an empty `id`, after the recordings that were found in that input.
 *
 * The command embeds a recording once even if it is named twice, and refuses two recordings of one name. This function
 * writes nothing: a recording that is named twice gives two rows with different `input`, and ids may repeat.
 *
 * A slow row callback slows the call down: at most about 256 MiB of embeddings wait, and those of the recording whose
 * turn it is, which is passed on whole.
 *
 * request       A JSON object: `inputs`, an array of paths (files, folders, patterns, as the command takes them), or
 *               `recordings`, an array of objects as the lines of a list (`path`, `id`, `sample_rate`, ...; others
 *               are carried through), or `manifest`, the path of a list. Also `level` ("utterance", "segment",
 *               "both"), `batch` (as above), and every option of the command that says how files are read, under the
 *               name that run.json has for it: channels, sample_rate, resample, csv_columns, csv_time, csv_rate,
 *               csv_delimiter, csv_decimal, csv_skip, text, mat_key, mat_rate, npz_key, npz_rate, tdms_key, time_axis,
 *               integer_scale, raw, ffmpeg. Others are refused. Null means that a member is not given; '-' for
 *               standard input is refused. With ffmpeg, the library waits for a child: the process must not ignore
 *               SIGCHLD, nor wait for children that it did not start.
 * summary       Takes a JSON object, under the names of `echo-gpu extract --json`: recording_count, embedded_count,
 *               bad_count, segment_count, sound_seconds, seconds, incidents, declined_nodes, skipped, warnings (and once
 *               more as release 0.1.0 spelled them, recordingCount, ..., in this release alone). May be null.
 *
 * Fails with ECHO_GPU_USAGE if the request is malformed or contradicts itself, and with ECHO_GPU_INPUT if the inputs
 * have no recording or the manifest cannot be read.
 */
int32_t echo_gpu_features_of_files(const echo_gpu_encoder *encoder, const char *request, echo_gpu_row_callback row,
                                   echo_gpu_progress progress, void *context, char **summary);

#ifdef __cplusplus
}
#endif

#endif
