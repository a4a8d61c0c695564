/*
 * Embeds two signals of different sample rates with the C library of echo-gpu.
 *
 *     cc -std=c11 -Wall -Wextra -Werror -I Sources/EchoC/include Examples/embed.c -o embed -L FOLDER -lecho_gpu -lm
 *     LD_LIBRARY_PATH=FOLDER ./embed [MODEL]
 *
 * FOLDER holds libecho_gpu.so. MODEL is "demo" (untrained) unless you name a folder, a .safetensors file or a
 * model of the Hugging Face hub.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "echo_gpu.h"

enum { SIGNAL_COUNT = 2 };

/* Prints which device was taken, and what is unusual about the checkpoint. */
static void print_log(void *context, const char *level, const char *text) {
    (void)context;
    fprintf(stderr, "%s: %s\n", level, text);
}

/* Prints how far it is; stops the call if `context` says so. */
static int32_t print_progress(void *context, int64_t done, int64_t total) {
    const int *is_stopped = context;
    fprintf(stderr, "%lld of %lld\n", (long long)done, (long long)total);
    return *is_stopped;
}

/* Prints why the last call failed; its status is what the program ends with. */
static int report(const char *what, int32_t status) {
    fprintf(stderr, "%s: %s (%s)\n", what, echo_gpu_error_text(), echo_gpu_error_kind());
    return status;
}

/* A hum with two overtones; null if there is no memory for it. */
static float *make_hum(int64_t count, int64_t sample_rate, double pitch) {
    float *samples = malloc((size_t)count * sizeof *samples);
    if (samples == NULL) return NULL;
    for (int64_t index = 0; index < count; index++) {
        const double phase = 6.283185307179586 * pitch * (double)index / (double)sample_rate;
        samples[index] = (float)(0.5 * sin(phase) + 0.2 * sin(2 * phase) + 0.1 * sin(3 * phase));
    }
    return samples;
}

/* Embeds the signals, whose outputs have been allocated, and prints the first values of each. */
static int embed(const echo_gpu_encoder *encoder, const echo_gpu_signal *signals, const echo_gpu_output *outputs,
                 const echo_gpu_shape *shapes) {
    int is_stopped = 0;
    const int32_t status =
        echo_gpu_features_of_signals(encoder, signals, SIGNAL_COUNT, outputs, 0, print_progress, &is_stopped);
    if (status != ECHO_GPU_OK) return report("embed", status);
    for (int number = 0; number < SIGNAL_COUNT; number++) {
        const float *utterance = outputs[number].utterance;
        printf("%lld Hz: utterance [%lld], segments [%lld, %lld]: %.4f %.4f %.4f ...\n",
               (long long)signals[number].sample_rate, (long long)shapes[number].width,
               (long long)shapes[number].rows, (long long)shapes[number].width, utterance[0], utterance[1],
               utterance[2]);
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    if (echo_gpu_abi() != ECHO_GPU_ABI) {
        fprintf(stderr, "the library has interface %d, this program needs %d\n", echo_gpu_abi(), ECHO_GPU_ABI);
        return EXIT_FAILURE;
    }
    echo_gpu_encoder *encoder = NULL;
    const int32_t opened = echo_gpu_open(argc > 1 ? argv[1] : "demo", NULL, 0, NULL, print_log, NULL, &encoder);
    if (opened != ECHO_GPU_OK) return report("open", opened);

    /* Two seconds of a motor at 16 kHz, and one of another at 48 kHz. */
    echo_gpu_signal signals[SIGNAL_COUNT] = {{NULL, 2 * 16000, 16000}, {NULL, 48000, 48000}};
    echo_gpu_output outputs[SIGNAL_COUNT] = {{NULL, NULL}, {NULL, NULL}};
    echo_gpu_shape shapes[SIGNAL_COUNT];
    float *samples[SIGNAL_COUNT] = {NULL, NULL};
    int result = EXIT_SUCCESS;
    for (int number = 0; number < SIGNAL_COUNT && result == EXIT_SUCCESS; number++) {
        echo_gpu_signal *signal = &signals[number];
        echo_gpu_shape *shape = &shapes[number];
        const int32_t status = echo_gpu_shape_of_signal(encoder, signal->count, signal->sample_rate, shape);
        if (status != ECHO_GPU_OK) {
            result = report("shape", status);
            break;
        }
        signal->samples = samples[number] = make_hum(signal->count, signal->sample_rate, 50.0 * (number + 1));
        outputs[number].utterance = malloc((size_t)shape->width * sizeof(float));
        outputs[number].segments = malloc((size_t)(shape->rows * shape->width) * sizeof(float));
        if (samples[number] == NULL || outputs[number].utterance == NULL || outputs[number].segments == NULL) {
            fprintf(stderr, "no memory\n");
            result = EXIT_FAILURE;
        }
    }
    if (result == EXIT_SUCCESS) result = embed(encoder, signals, outputs, shapes);
    for (int number = 0; number < SIGNAL_COUNT; number++) {
        free(samples[number]);
        free(outputs[number].utterance);
        free(outputs[number].segments);
    }
    echo_gpu_close(encoder);
    return result;
}
