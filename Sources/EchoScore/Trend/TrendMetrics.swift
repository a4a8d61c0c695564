extension ScoreMetrics {
    /// Scores of a sensor over time, as `metrics.json` has them. Times are ISO 8601 in UTC.
    package struct Trend: Codable, Hashable, Sendable {
        /// The values of the group's fields with slashes between them, and the channel: `pump/ch2`.
        package var name: String
        /// As in `scores.csv`.
        package var group: String
        package var channel: Int?
        package var baseline: Baseline
        /// Recordings after the baseline, and those of them whose score is above the limit.
        package var later: Int
        package var above: Int
        /// In words, with its constants.
        package var rule: String
        /// The score that a picture draws as the end of the band.
        package var limit: Double?
        /// The first recording out of the band; nil if the scores stay in it.
        package var change: Place?
        /// The recording at which the rule decides.
        package var alarm: Place?
        /// From the change to the alarm.
        package var delay: Delay?
        /// Why the sensor could not be judged; nil if it was.
        package var problem: String?

        package struct Baseline: Codable, Hashable, Sendable {
            /// Of its first and last recording; nil if nobody knows.
            package var start: String?
            package var end: String?
            package var count: Int
            /// Of its leave-one-out scores; nil if there are none.
            package var mean: Double?
            package var deviation: Double?
            /// What scores are measured by: these, or the median and the scaled median distance from it.
            package var centre: Double?
            package var scale: Double?

            package init(start: String?, end: String?, count: Int, band: Band?) {
                (self.start, self.end, self.count) = (start, end, count)
                (mean, deviation) = (band?.mean, band?.deviation)
                (centre, scale) = (band?.centre, band?.scale)
            }
        }

        package struct Place: Codable, Hashable, Sendable {
            package var id: String
            package var time: String?
            /// Among the sensor's recordings in the order of time, from 0; the baseline's are counted.
            package var index: Int

            package init(id: String, time: String?, index: Int) {
                (self.id, self.time, self.index) = (id, time, index)
            }
        }

        package struct Delay: Codable, Hashable, Sendable {
            package var recordings: Int
            package var seconds: Double?

            package init(recordings: Int, seconds: Double?) {
                (self.recordings, self.seconds) = (recordings, seconds)
            }
        }

        package init(name: String, group: String, channel: Int?, baseline: Baseline, rule: String) {
            (self.name, self.group, self.channel) = (name, group, channel)
            (self.baseline, self.rule) = (baseline, rule)
            (later, above) = (0, 0)
        }
    }
}
