"""Gate A: who and when. Plain rules: ``stages/admit.py`` looks, file by file and over the files of an agency."""

from __future__ import annotations

from nvbatch.model import Severity
from nvbatch.rules.rule import Rule

# No message repeats a sender's address: findings travel into run.json and other agencies' documents.

A301 = Rule(
    code="A301",
    severity=Severity.FATAL,
    title="Người gửi chưa đăng ký đầu mối",
    message="Thư được gửi từ địa chỉ không phải của đầu mối nào đã đăng ký; tệp được tạm giữ.",
    fix="Gửi lại từ địa chỉ của đầu mối đã đăng ký, hoặc gửi văn bản cử đầu mối để Văn phòng cập nhật danh sách.",
    source=("R23", "R38"),
)
A302 = Rule(
    code="A302",
    severity=Severity.FATAL,
    title="Người gửi là đầu mối của cơ quan khác",
    message="Tệp ghi cơ quan «{value}» nhưng người gửi là đầu mối của «{expected}»; tệp được tạm giữ.",
    fix="Đề nghị đầu mối của đúng cơ quan gửi lại, hoặc sửa mã cơ quan ở trang «Thông tin» nếu ghi nhầm.",
    source=("R23",),
)
A303 = Rule(
    code="A303",
    severity=Severity.FATAL,
    title="Cơ quan không có trong danh mục hoặc đã kết thúc",
    message="{what}.",
    fix="{advice}",
    source=("R14",),
)
A304 = Rule(
    code="A304",
    severity=Severity.FATAL,
    title="Không xác thực được người gửi",
    message="Chưa xác thực được người gửi: {what}; tệp được tạm giữ.",
    fix="Gửi lại từ hộp thư công vụ của cơ quan; nếu vẫn gặp lỗi, đề nghị liên hệ Văn phòng.",
    source=("R38",),
)
A305 = Rule(
    code="A305",
    severity=Severity.WARNING,
    title="Nộp sau thời điểm chốt",
    message="Báo cáo nhận lúc {value}; thời điểm chốt là trước {expected}.",
    fix="Kỳ sau đề nghị gửi trước thời điểm chốt.",
    source=("R45", "R46", "R47", "8.13"),
)
A306 = Rule(
    code="A306",
    severity=Severity.INFO,
    title="Nộp sau thời điểm khóa",
    message="Báo cáo nhận lúc {value}; dữ liệu khóa từ {expected} nên báo cáo được tính từ kỳ sau.",
    fix="Không phải gửi lại. Số liệu sẽ được tính từ kỳ báo cáo tiếp theo.",
    source=("R60", "R61"),
)
A307 = Rule(
    code="A307",
    severity=Severity.FATAL,
    title="Kỳ báo cáo chưa bắt đầu",
    message="Tệp ghi kỳ báo cáo {value}, kỳ này chưa bắt đầu.",
    fix="Kiểm tra lại «Kỳ báo cáo» ở trang «Thông tin» (kỳ hiện tại là {expected}) rồi gửi lại.",
    source=("8.3",),
)
A308 = Rule(
    code="A308",
    severity=Severity.INFO,
    title="Đã thay bằng bản mới hơn",
    message="Cơ quan đã gửi bản mới hơn của cùng kỳ ({expected}); bản này chỉ được dùng "
    "cho nhiệm vụ mà bản mới không có dòng hợp lệ.",
    fix="Không phải sửa.",
    source=("8.3",),
)
A309 = Rule(
    code="A309",
    severity=Severity.WARNING,
    title="Ngày ghi trong tệp hoặc thư lệch với lúc nhận",
    message="{what} là {value}, lệch quá một ngày so với lúc nhận ({expected}); lấy theo lúc nhận.",
    fix="Kiểm tra lại ngày ghi trong tệp và đồng hồ của máy gửi thư.",
    source=("8.3",),
)
A310 = Rule(
    code="A310",
    severity=Severity.WARNING,
    title="Dùng biểu mẫu của kỳ trước",
    message="Tệp ghi kỳ {value} nhưng đã quá hạn của kỳ đó; được tính cho kỳ nhận là {expected}.",
    fix="Kỳ sau dùng biểu mẫu đúng kỳ do Văn phòng gửi.",
    source=("8.3",),
)
A311 = Rule(
    code="A311",
    severity=Severity.INFO,
    title="Không rõ lúc nhận",
    message="Tệp không có thông tin về lúc nhận; lấy lúc thu thập là {value}.",
    fix="Ghi lúc nhận của tệp vào inbox/receipts.csv trước khi chạy.",
    source=("1",),
)
A312 = Rule(
    code="A312",
    severity=Severity.FATAL,
    title="Hai đầu mối gửi hai bản khác nhau",
    message="Trong kỳ {expected}, cơ quan có hai tệp khác nội dung từ hai đầu mối; cả hai được tạm giữ.",
    fix="Đề nghị Thủ trưởng cơ quan xác nhận bản chính thức; Văn phòng sẽ tiếp nhận bản được xác nhận.",
    source=("R22", "R23"),
)
