#pragma once

#include <QLocale>
#include <QString>
#include <QVariant>
#include <cstdint>
#include <optional>

class QWidget;

namespace tstitch::ui {

/// How numbers that people type are read: digits of every alphabet, `.`, `,` and the Arabic mark before the decimals in
/// every language. Groups of digits are never guessed: what holds two marks, or a blank between digits, is no number.
/// What programs write to each other is read elsewhere (core/base/number_text.h).

/// The text with its digits, signs, commas and percent signs in their ASCII forms and without the marks that only turn
/// the direction of writing; everything else stays. For lists of numbers and for names that may be numbers.
QString plainDigits(const QString& text);

std::optional<double> readDecimal(const QString& text);
std::optional<std::int64_t> readWhole(const QString& text);
std::optional<std::uint64_t> readSeed(const QString& text);

/// What an assistive tool sets, a number or its text.
std::optional<double> readNumber(const QVariant& value);

/// As the language writes it, without groups and trailing zeros: 7.5, 7,5.
QString shownNumber(double value, const QLocale& locale = QLocale());
QString shownNumber(int value, const QLocale& locale = QLocale());
/// The same with one decimal, also where it is a zero: 22.0.
QString shownTenths(double value);
/// Bytes in GiB, with one decimal and without the unit.
QString shownGibibytes(double bytes);

/// Marks a field whose text is not what it takes: for the eyes by its border, for assistive tools by a description that
/// says why. An empty sentence takes the mark off. The text itself stays.
void markUnreadable(QWidget* field, const QString& sentence);

}  // namespace tstitch::ui
