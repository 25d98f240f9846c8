"""A rule's code in, an example in words of the Office out: what the rule objects to, and the same mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Example(NamedTuple):
    """``wrong``: what the rule fires on; ``right``: what would have been well."""

    wrong: str
    right: str


EXAMPLES: Mapping[str, Example] = {
    "F101": Example("gửi ảnh chụp màn hình đổi tên thành bao-cao.xlsx", "gửi chính tệp Excel đã điền"),
    "F102": Example("tệp đặt mật khẩu mở", "bỏ mật khẩu (Tệp › Thông tin › Bảo vệ), lưu rồi gửi lại"),
    "F103": Example("tệp 60 MB vì dán nhiều ảnh", "xóa ảnh trong tệp, gửi văn bản kèm riêng"),
    "F104": Example("tệp .xlsm có macro", "lưu thành .xlsx rồi gửi; số liệu vẫn được đọc"),
    "F105": Example("gửi tệp .xls của Excel 2003", "gửi .xlsx; tệp .xls vẫn được đọc"),
    "F106": Example("gửi nhầm biểu mẫu chưa có dòng nhiệm vụ nào", "gửi tệp đã điền trang «Nhiệm vụ»"),
    "F107": Example("bấm gửi hai lần cùng một tệp", "không cần làm gì; lần đầu đã được tính"),
    "S201": Example("tự kẻ bảng trong Excel rồi gửi", "điền vào biểu mẫu BM01 do Văn phòng gửi"),
    "S202": Example("dùng biểu mẫu BM01 đời trước", "từ kỳ sau dùng biểu mẫu mới; số liệu đã được chuyển"),
    "S203": Example("tệp ghi phiên bản biểu mẫu 9", "lấy lại biểu mẫu từ thư của Văn phòng"),
    "S204": Example("xóa trang «Nhiệm vụ», chỉ còn trang «Thông tin»", "giữ đủ các trang của biểu mẫu"),
    "S205": Example("xóa cột «Tiến độ (%)»", "giữ nguyên các cột; cột không dùng thì để trống"),
    "S206": Example("đổi «Tiến độ (%)» thành «% thực hiện»", "giữ nguyên tên cột"),
    "S207": Example("thêm cột «Người nhập»", "ghi vào cột «Ghi chú»"),
    "S208": Example("có hai cột «Tiến độ (%)», một ghi 40, một ghi 60", "chỉ để một cột"),
    "S209": Example("ẩn dòng nhiệm vụ rồi gửi", "bỏ ẩn; nhiệm vụ không còn theo dõi thì ghi ở trang «Biến động»"),
    "S210": Example("trộn ô «Tiến độ (%)» cho ba nhiệm vụ", "mỗi nhiệm vụ một ô"),
    "S211": Example("dòng «Tổng cộng» cuối bảng", "để nguyên cũng được; dòng này không tính là nhiệm vụ"),
    "S212": Example("ô «Tiến độ (%)» là =A1/B1 và hiện #DIV/0!", "gõ thẳng số 40"),
    "S213": Example("gõ bằng phông .VnTime: «Së Néi vô»", "gõ Unicode, phông Times New Roman: «Sở Nội vụ»"),
    "A301": Example("gửi từ thư cá nhân của chuyên viên", "gửi từ địa chỉ của đầu mối đã đăng ký"),
    "A302": Example("đầu mối Sở Tài chính gửi tệp của Sở Nội vụ", "đầu mối của Sở Nội vụ gửi"),
    "A303": Example("tệp ghi mã cơ quan SKHDT đã sáp nhập", "ghi mã cơ quan mới, ví dụ STC"),
    "A304": Example("máy chủ thư báo không xác thực được người gửi", "gửi lại từ hộp thư công vụ"),
    "A305": Example("gửi lúc 16:31 khi giờ chốt là 16:30", "gửi trước 16:30"),
    "A306": Example("gửi sau khi dữ liệu hội nghị đã khóa", "không cần gửi lại; bản này được tính từ kỳ sau"),
    "A307": Example("tệp ghi kỳ 2025-W20 khi đang là tuần 11", "dùng biểu mẫu của kỳ hiện tại"),
    "A308": Example("gửi bản thứ hai trong cùng kỳ", "không cần làm gì; bản mới hơn được dùng"),
    "A309": Example("«Ngày lập» ghi 20/03/2025, thư đến ngày 14/03/2025", "ghi đúng ngày lập"),
    "A310": Example("tuần 12 vẫn gửi biểu mẫu của tuần 10", "dùng biểu mẫu của tuần 12"),
    "A311": Example(
        "chép tệp vào inbox mà không ghi dòng trong receipts.csv", "ghi tên tệp và lúc nhận vào receipts.csv"
    ),
    "A312": Example("hai người của một sở gửi hai bản khác nhau", "thống nhất một bản, một đầu mối gửi"),
    "C401": Example("«Diễn biến, tình hình triển khai» để trống", "«Đã trình dự thảo kế hoạch, chờ thẩm định của STC»"),
    "C402": Example("«31/11/2025»", "«30/11/2025»"),
    "C403": Example("«15.3.2025»", "«15/03/2025»"),
    "C404": Example("«120%» hoặc «gần xong»", "«90»"),
    "C405": Example("«0,85»", "«85»"),
    "C406": Example("trạng thái «Đang họp»", "chọn «Đang thực hiện» trong danh sách"),
    "C407": Example("trạng thái «đã hoàn thành xong»", "chọn «Đã hoàn thành»"),
    "C408": Example("«Đang thực hiện»", "«Đã khảo sát 12/20 xã, dự kiến xong ngày 25/3»"),
    "C409": Example("«14/03/2052»", "«14/03/2025»"),
    "C410": Example("dán cả một văn bản 40 trang vào một ô", "tóm tắt vài câu, gửi văn bản kèm theo"),
    "C411": Example("«=HYPERLINK(…)» trong ô diễn biến", "gõ nội dung bằng chữ"),
    "R501": Example("«Đã hoàn thành» nhưng trống «Ngày hoàn thành»", "ghi ngày, kết quả và số văn bản"),
    "R502": Example(
        "tiến độ 100, có văn bản, trạng thái «Đang thực hiện»", "chọn «Đã hoàn thành», ghi ngày hoàn thành"
    ),
    "R503": Example("báo ngày 14/3 mà «Ngày hoàn thành» ghi 20/3", "ghi ngày đã hoàn thành thật"),
    "R504": Example(
        "quá hạn từ 28/2, các cột nguyên nhân để trống", "ghi loại nguyên nhân, giải trình, số văn bản giải trình"
    ),
    "R505": Example("thời hạn 31/3, đề nghị gia hạn đến 15/3", "đề nghị đến ngày sau 31/3, ghi lý do"),
    "R506": Example("đã gia hạn 1 lần, đề nghị lần 2", "báo cáo kết quả; việc gia hạn do lãnh đạo quyết định"),
    "R507": Example("«Thủ trưởng chịu trách nhiệm» ghi Phó Giám đốc", "ghi Giám đốc"),
    "R508": Example(
        "nêu «chưa có kinh phí», trống «Kiến nghị, đề xuất»", "«Đề nghị Sở Tài chính bố trí 200 triệu đồng»"
    ),
    "R509": Example("NV-2025-0012 ở dòng 9 ghi 40, ở dòng 15 ghi 60", "giữ một dòng"),
    "R510": Example("«Chưa thực hiện» nhưng tiến độ 70", "chọn «Đang thực hiện»"),
    "R511": Example(
        "không ghi «Phòng, người thực hiện»", "đủ: rõ người, rõ việc, rõ thời gian, rõ trách nhiệm, rõ kết quả"
    ),
    "M601": Example("mã «NV-2025-12» không có trong danh mục", "«NV-2025-0012», đúng như Văn phòng cấp"),
    "M602": Example(
        "xóa dòng nhiệm vụ chưa làm", "để lại dòng, ghi tình hình; thôi theo dõi thì đề nghị ở «Biến động»"
    ),
    "M603": Example("Sở Nội vụ báo cáo nhiệm vụ do Sở Tài chính chủ trì", "để Sở Tài chính báo cáo"),
    "M604": Example("sửa «Thời hạn» từ 31/3 thành 30/4", "đề nghị gia hạn ở cột «Đề nghị gia hạn đến»"),
    "M605": Example(
        "đề nghị «Bỏ bớt», không ghi nguyên nhân, Tờ trình", "ghi nguyên nhân và «Tờ trình 45/TTr-SNV ngày 10/3/2025»"
    ),
    "M606": Example("đề nghị đổi thời hạn, đủ nguyên nhân và Tờ trình", "chờ Văn phòng trình quyết định"),
    "M607": Example("dòng không có mã nhiệm vụ", "giữ nguyên cột «Mã nhiệm vụ» của biểu mẫu"),
    "M608": Example("«Chưa thống nhất» với đánh giá của Văn phòng", "ghi rõ ý kiến; Văn phòng trao đổi lại"),
    "H701": Example("nhiệm vụ đang làm mà kỳ này không cập nhật", "mỗi kỳ ghi tình hình một lần"),
    "H702": Example("bốn tuần không báo cáo, gửi dồn vào tối trước giờ khóa", "báo cáo đều từng kỳ"),
    "H703": Example("diễn biến chép y nguyên tuần trước", "ghi việc đã làm trong tuần này"),
    "H704": Example("tuần trước 60, tuần này 40", "sửa lại, hoặc nêu rõ vì sao ở «Diễn biến»"),
    "H705": Example("quá hạn 10 ngày, không báo cáo gì", "báo cáo và giải trình ngay"),
    "H706": Example("giao đã 6 tháng, không có thời hạn, chưa có kết quả", "đề xuất thời hạn cụ thể"),
    "H707": Example(
        "tuần trước đã hoàn thành, tuần này ghi «Đang thực hiện»", "Văn phòng ghi «Trả lại» ở trang «Thẩm định» trước"
    ),
    "G801": Example("một cơ quan có hai đầu mối cùng lúc", "ghi «Đến ngày» cho người cũ"),
    "G802": Example("đầu mối là chuyên viên", "cử lãnh đạo cấp phòng"),
    "G803": Example(
        "cơ quan chủ trì đã giải thể, không ghi cơ quan nhận", "ghi trang «Bàn giao» hoặc «Cơ quan kế thừa»"
    ),
    "G804": Example("sản phẩm «Quyết định», thời hạn để trống", "ghi thời hạn"),
    "G805": Example("văn bản giao 12 nhiệm vụ, danh mục có 11", "bổ sung nhiệm vụ còn thiếu"),
    "G806": Example("thời hạn «sớm»", "ghi ngày cụ thể vào cột «Thời hạn»"),
    "G807": Example("hai dòng cùng mã NV-2025-0001", "mỗi mã một dòng"),
    "G808": Example("dòng gia hạn trống «Văn bản chấp thuận»", "ghi số văn bản; chưa có thì thời hạn cũ được tính"),
    "G809": Example("miễn trừ hết hiệu lực từ 31/12 năm trước", "xóa dòng, hoặc gia hạn có người duyệt"),
    "G810": Example("đến giờ chốt chưa có tệp nào của cơ quan", "gửi báo cáo; nộp muộn vẫn được tiếp nhận"),
    "G811": Example("xóa dòng NV-2025-0007 khỏi register.xlsx", "giữ dòng, ghi «Dừng» hoặc «Chuyển» kèm văn bản"),
    "G812": Example("sửa thời hạn trong danh mục giữa hai lần chạy", "không cần làm gì; thay đổi được ghi lại"),
}
