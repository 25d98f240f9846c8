"""Gate H: what is demanded against earlier periods; a task's good rows in, hits out."""

from __future__ import annotations

from nvbatch.model import Severity
from nvbatch.rules.rule import Rule

H701 = Rule(
    code="H701",
    severity=Severity.WARNING,
    title="Chưa cập nhật trong kỳ",
    message="Nhiệm vụ chưa được cập nhật trong kỳ {expected}.",
    fix="Cập nhật diễn biến, tiến độ và trạng thái của nhiệm vụ trong biểu mẫu của kỳ rồi gửi lại.",
    source=("R40",),
    flag="no_update",
)
H702 = Rule(
    code="H702",
    severity=Severity.WARNING,
    title="Dồn ứ, chỉ cập nhật sát giờ khóa",
    message="Từ {since} đến thời điểm khóa, mọi báo cáo của cơ quan chỉ đến trong {value} giờ cuối ({count} tệp).",
    fix="Cập nhật đều trong từng kỳ báo cáo, không chờ đến sát thời điểm khóa mới gửi.",
    source=("R43", "8.9"),
    flag="late_dump",
)
H703 = Rule(
    code="H703",
    severity=Severity.WARNING,
    title="Nội dung giống hệt kỳ trước",
    message="Diễn biến giống hệt kỳ {expected} trong khi nhiệm vụ chưa hoàn thành: «{value}».",
    fix="Ghi việc đã làm thêm trong kỳ này; nếu không có việc mới thì nêu rõ lý do.",
    source=("R42", "8.11"),
    flag="stale_narrative",
)
H704 = Rule(
    code="H704",
    severity=Severity.WARNING,
    title="Tiến độ thụt lùi",
    message="Kỳ này ghi «{value}», kỳ trước đã ghi «{expected}».",
    fix="Kiểm tra lại tiến độ, trạng thái; nếu đúng là thụt lùi thì nêu lý do ở cột «Ghi chú».",
    source=("8.11",),
    flag="status_regressed",
)
H705 = Rule(
    code="H705",
    severity=Severity.WARNING,
    title="Quá hạn, không báo cáo",
    message="Nhiệm vụ quá hạn {value} ngày (thời hạn {expected}) và chưa có báo cáo nào sau thời hạn.",
    fix="Báo cáo ngay tình hình, nguyên nhân chậm, văn bản giải trình và thời gian dự kiến hoàn thành.",
    source=("R77", "8.11"),
    flag="overdue_silent",
)
H706 = Rule(
    code="H706",
    severity=Severity.WARNING,
    title="Không thời hạn, đến kỳ đôn đốc",
    message="Nhiệm vụ không có thời hạn, giao đã {value} tháng mà chưa có kết quả (lần đôn đốc thứ {count}).",
    fix="Báo cáo kết quả đến nay và đề xuất thời hạn hoàn thành cụ thể.",
    source=("R85", "R86", "8.10"),
    flag="no_deadline_reminder",
)
H707 = Rule(
    code="H707",
    severity=Severity.ERROR,
    title="Nhiệm vụ đã hoàn thành được báo cáo lại là chưa xong",
    message="Nhiệm vụ đã được ghi nhận hoàn thành ngày {expected}, nay báo cáo «{value}». Dòng này tạm giữ.",
    fix="Nếu nhiệm vụ thật sự chưa xong, đề nghị có văn bản gửi Văn phòng để mở lại; "
    "nếu ghi nhầm, chọn lại trạng thái «Đã hoàn thành».",
    source=("R76", "8.20"),
)
