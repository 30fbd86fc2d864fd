package accept4trace.view;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Builds a line of the screen from cells of fixed width. */
final class Line {
    private final Theme theme;
    private final AttributedStringBuilder text = new AttributedStringBuilder();

    Line(Theme theme) {
        this.theme = theme;
    }

    Line add(String cell, AttributedStyle style) {
        text.styled(style, cell);
        return this;
    }

    Line add(String cell) {
        return add(cell, theme.plain());
    }

    Line left(String cell, int width, AttributedStyle style) {
        String cut = theme.cut(cell, width);
        return add(cut, style).spaces(width - columns(cut));
    }

    Line left(String cell, int width) {
        return left(cell, width, theme.plain());
    }

    Line right(String cell, int width, AttributedStyle style) {
        String cut = theme.cut(cell, width);
        return spaces(width - columns(cut)).add(cut, style);
    }

    Line right(String cell, int width) {
        return right(cell, width, theme.plain());
    }

    Line spaces(int count) {
        return add(" ".repeat(Math.max(0, count)));
    }

    int columns() {
        return text.columnLength();
    }

    static int columns(String text) {
        return new AttributedString(text).columnLength();
    }

    AttributedString end() {
        return text.toAttributedString();
    }

    /** Puts two panes side by side. The result is as high as the higher one. */
    static List<AttributedString> sideBySide(
            List<AttributedString> left, int leftWidth, List<AttributedString> right, Theme theme) {
        List<AttributedString> lines = new ArrayList<>();
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            AttributedStringBuilder line = new AttributedStringBuilder();
            AttributedString begin = i < left.size() ? left.get(i) : AttributedString.EMPTY;
            line.append(begin);
            line.styled(theme.plain(), " ".repeat(Math.max(0, leftWidth - begin.columnLength())));
            line.append(i < right.size() ? right.get(i) : AttributedString.EMPTY);
            lines.add(line.toAttributedString());
        }
        return lines;
    }
}
