import EchoFormats
import FoundationEssentials

/// An answer that is not 2xx, and what it means: the hub says it with the status and `X-Error-Code`.
struct HubRefusal {
    private let status: Int
    private let code: String?
    private let message: String?
    private let retryAfter: String?
    private let url: String
    private let question: HubConnection.Question
    private let settings: HubSettings
    private let wasTold: Bool

    /// - Parameter told: Whether the host may have been told the token, if there is one.
    init(
        _ exchange: HTTPExchange, _ question: HubConnection.Question, _ settings: HubSettings,
        told: Bool
    ) {
        status = exchange.status
        code = exchange.header("X-Error-Code")
        message = exchange.header("X-Error-Message").map { shown($0, limit: 200) }
        retryAfter = exchange.header("Retry-After")
        url = shownAddress(exchange.url)
        self.question = question
        self.settings = settings
        wasTold = told && settings.token != nil
    }

    var error: HubError {
        switch (status, code) {
        case (_, "GatedRepo"): gated
        case (_, "RevisionNotFound"): noRevision
        case (_, "EntryNotFound"): noFile
        case (_, "RepoNotFound"): noRepository
        case (401, _): wasTold ? unauthorized : noRepository
        case (403, _): forbidden
        case (404, _): question.path.contains("/resolve/") ? noFile : noRepository
        case (429, _), (500..., _): busy
        default:
            HubError(
                .answer, url, "answers \(status)\(reason)", remedy: "Check HF_ENDPOINT.")
        }
    }

    private var reason: String { message.map { " (\($0))" } ?? "" }
    private var page: String { settings.page(question.repository) }

    private var noRepository: HubError {
        let access =
            wasTold
            ? "the token may not see it" : "it is private: then set HF_TOKEN"
        return HubError(
            .noRepository, question.repository.id,
            "\(settings.endpoint) has no such model (\(status))",
            remedy: "Check the name at \(page), unless \(access). A local path would have to exist."
        )
    }

    private var noRevision: HubError {
        HubError(
            .noRevision, question.repository.id,
            "has no revision \"\(question.repository.revision ?? "")\" (\(status))",
            remedy: "Branches, tags and commits are listed at \(page)/commits/main.")
    }

    private var noFile: HubError {
        HubError(
            .noFile, url, "the repository has no such file (\(status))",
            remedy: "Its files are listed at \(page)/tree/main.")
    }

    private var unauthorized: HubError {
        HubError(
            .unauthorized, question.repository.id,
            "\(settings.endpoint) refuses the token (401)\(reason)",
            remedy: "Check HF_TOKEN or the token file, or unset them: public models need none.")
    }

    private var forbidden: HubError {
        HubError(
            .forbidden, question.repository.id, "access is denied (403)\(reason)",
            remedy: "Check that the token (HF_TOKEN) may read \(page).")
    }

    private var gated: HubError {
        HubError(
            .forbidden, question.repository.id, "the model is gated (\(status))\(reason)",
            remedy: "Ask for access at \(page), then set HF_TOKEN to a token of that account.")
    }

    private var busy: HubError {
        let seconds = retryAfter.flatMap { Patience.seconds(retryAfter: $0) }
        return HubError(
            .busy, url, "answers \(status)\(reason)",
            remedy: "Try again \(seconds.map { "in \(Int($0.rounded(.up))) s" } ?? "later").",
            retryAfter: seconds)
    }
}
