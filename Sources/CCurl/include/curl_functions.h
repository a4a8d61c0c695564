#ifndef ECHO_CURL_FUNCTIONS_H
#define ECHO_CURL_FUNCTIONS_H

// libcurl as the system has it, loaded when it is first asked for. Whoever fetches no model needs none, and a program
// that is made for many systems takes the one of each, with its certificates and its mended faults.

#include <curl/curl.h>

#pragma clang assume_nonnull begin

// libcurl's functions, by their names there without `curl_`.
typedef struct {
    CURLcode (*global_init)(long flags);
    CURL *_Nullable (*_Nonnull easy_init)(void);
    void (*easy_cleanup)(CURL *easy);
    const char *_Nonnull (*_Nonnull easy_strerror)(CURLcode code);
    CURLM *_Nullable (*_Nonnull multi_init)(void);
    CURLMcode (*multi_cleanup)(CURLM *multi);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
    CURLMcode (*multi_perform)(CURLM *multi, int *running);
    CURLMcode (*multi_poll)(
        CURLM *multi, struct curl_waitfd *_Nullable others, unsigned int count, int milliseconds,
        int *_Nullable ready);
    CURLMsg *_Nullable (*_Nonnull multi_info_read)(CURLM *multi, int *left);
    struct curl_slist *_Nullable (*_Nonnull slist_append)(
        struct curl_slist *_Nullable list, const char *text);
    void (*slist_free_all)(struct curl_slist *_Nullable list);
    time_t (*getdate)(const char *text, const time_t *_Nullable now);
} CurlFunctions;

/// Loads libcurl. Not to be called by two threads at once.
///
/// - Parameter problem: Room for `size` bytes: why there is none that serves, with the names that were looked for.
/// - Returns: Its functions, for the life of the process; null if there is none.
const CurlFunctions *_Nullable curl_functions_load(char *problem, size_t size);

// Swift cannot call functions of variable arguments: one function for each type of argument of `curl_easy_setopt`.
// After ``curl_functions_load``.

typedef size_t (*curl_callback)(
    char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);

CURLcode curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode curl_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode curl_set_pointer(CURL *easy, CURLoption option, void *_Nullable value);
CURLcode curl_set_callback(CURL *easy, CURLoption option, curl_callback value);

/// Allows http and https and nothing else, by the option that this version of libcurl has.
CURLcode curl_allow_http(CURL *easy);

#pragma clang assume_nonnull end

#endif
